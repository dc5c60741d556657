package io.hybridingest.sandbox;

import io.hybridingest.sandbox.feed.FeedScale;
import io.hybridingest.sandbox.proof.HybridRun;
import io.hybridingest.sandbox.proof.HybridRun.Chaos;
import io.hybridingest.sandbox.proof.Report;
import java.util.List;
import java.util.Locale;

/**
 * The demo: what {@code make demo} runs. Real flights go through both lanes into one table, and every one of them is
 * accounted for. Ends with 0 when nothing is lost, nothing is there twice and exactly what was broken is in quarantine.
 */
public final class Demo {
    private Demo() {}

    /**
     * Environment: {@code CHAOS=driver} ends the stream driver once while records flow; {@code CI=true} ends everything
     * at the end instead of leaving it running.
     *
     * @param arguments {@code --small} for a tenth of the flights; {@code --ci} does what CI=true does
     */
    public static void main(String[] arguments) {
        List<String> options = List.of(arguments);
        boolean endAll = options.contains("--ci") || "true".equalsIgnoreCase(System.getenv("CI"));
        try (Sandbox sandbox = Sandbox.builder()
                .withKafka()
                .withNifi()
                .withSpark()
                .fresh()
                .progress(System.out::println)
                .start()) {
            FeedScale scale = options.contains("--small") ? FeedScale.small() : FeedScale.full();
            HybridRun run = new HybridRun(sandbox, scale, chaos(), System.out::println);
            Report report = run.run();
            System.out.printf(
                    "%n%s%nThe whole report: %s%n",
                    report.table(), sandbox.directory().resolve("report.json"));
            if (!endAll) {
                sandbox.leaveRunning();
                System.out.println("Everything still runs; look at " + run.canvas() + ". `make down` ends it.");
            }
            System.exit(report.holds() ? 0 : 1);
        } catch (SandboxException failure) {
            System.err.println(failure.getMessage());
            System.exit(1);
        }
    }

    private static Chaos chaos() {
        String wanted = System.getenv().getOrDefault("CHAOS", "none").toUpperCase(Locale.ROOT);
        try {
            return Chaos.valueOf(wanted.isBlank() ? "NONE" : wanted);
        } catch (IllegalArgumentException unknown) {
            throw new SandboxException(
                    "CHAOS=%s is unknown: it can be driver, or left out".formatted(wanted.toLowerCase(Locale.ROOT)));
        }
    }
}
