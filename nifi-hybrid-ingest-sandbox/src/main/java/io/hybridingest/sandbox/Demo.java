package io.hybridingest.sandbox;

import io.hybridingest.sandbox.feed.FeedScale;
import io.hybridingest.sandbox.proof.HybridRun;
import io.hybridingest.sandbox.proof.HybridRun.Chaos;
import io.hybridingest.sandbox.proof.Report;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

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

    /** What CHAOS names, separated by commas. */
    private static Set<Chaos> chaos() {
        String wanted = System.getenv().getOrDefault("CHAOS", "").toUpperCase(Locale.ROOT);
        Set<Chaos> chosen = EnumSet.noneOf(Chaos.class);
        for (String name : wanted.split("[,\\s]+")) {
            try {
                if (!name.isEmpty() && !name.equals("NONE")) {
                    chosen.add(Chaos.valueOf(name));
                }
            } catch (IllegalArgumentException unknown) {
                throw new SandboxException(
                        "CHAOS=%s is unknown: it can be driver, nifi, both with a comma between, or left out"
                                .formatted(wanted.toLowerCase(Locale.ROOT)));
            }
        }
        return chosen;
    }
}
