package io.hybridingest.job.report;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;
import org.apache.spark.api.plugin.DriverPlugin;
import org.apache.spark.api.plugin.ExecutorPlugin;
import org.apache.spark.api.plugin.PluginContext;
import org.apache.spark.api.plugin.SparkPlugin;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reports on any application, JVM or Python, into its run directory: {@code spark.plugins=io.hybridingest.job.report.RunPlugin}.
 * Does nothing where {@value RunReport#RUN_DIRECTORY} is not set.
 *
 * <p>An application that does not know this plugin succeeds when it stops its Spark session itself and none of its streaming
 * queries failed. One that stops its session in spite of an exception looks like a success here; its exit code says
 * otherwise, and the launcher asks both.
 */
public final class RunPlugin implements SparkPlugin {
    private static final Logger LOG = LoggerFactory.getLogger(RunPlugin.class);

    @Override
    public DriverPlugin driverPlugin() {
        return new Driver();
    }

    @Override
    public ExecutorPlugin executorPlugin() {
        return null;
    }

    private static final class Driver implements DriverPlugin {
        private static final String LISTENERS = "spark.sql.streaming.streamingQueryListeners";

        private static final long LONGEST_WAIT_MILLIS = 5000;

        private SparkContext context;
        private Optional<RunReport> report = Optional.empty();

        @Override
        public Map<String, String> init(SparkContext starting, PluginContext plugin) {
            context = starting;
            report = RunReport.open(plugin.conf());
            if (report.isPresent()) {
                addListener(plugin.conf());
                report.get().onLook(new LegacyStream(report.get())::look);
                report.get().onStop(() -> ApplicationStop.of(starting, report.get()));
            }
            return Map.of();
        }

        /** Sessions read the conf when they are made, which is after the plugins. */
        private static void addListener(SparkConf conf) {
            String listener = ProgressListener.class.getName();
            String present = conf.get(LISTENERS, "");
            if (!present.contains(listener)) {
                conf.set(LISTENERS, present.isBlank() ? listener : present + "," + listener);
            }
        }

        /** Called once the application has an id. */
        @Override
        public void registerMetrics(String applicationId, PluginContext plugin) {
            String address = context.uiWebUrl().isDefined() ? context.uiWebUrl().get() : null;
            report.ifPresent(open -> open.metrics().register(plugin.metricRegistry()));
            report.ifPresent(open -> open.running(
                    new RunStatus.Application(applicationId, context.appName(), address, context.version())));
        }

        @Override
        public void shutdown() {
            boolean byTheApplication = !isVirtualMachineEnding();
            report.ifPresent(open -> {
                awaitEvents();
                open.contextEnded(byTheApplication);
            });
        }

        /** The failure of a query may still be on its way to the listener. */
        private void awaitEvents() {
            try {
                context.listenerBus().waitUntilEmpty(LONGEST_WAIT_MILLIS);
            } catch (TimeoutException e) {
                LOG.warn("Spark's events do not end; a failure that is among them is not reported", e);
            }
        }

        /** The only question about it that Java answers is whether a hook can still be added. */
        private static boolean isVirtualMachineEnding() {
            Thread probe = new Thread(() -> {});
            try {
                Runtime.getRuntime().addShutdownHook(probe);
                Runtime.getRuntime().removeShutdownHook(probe);
                return false;
            } catch (IllegalStateException ending) {
                return true;
            }
        }
    }
}
