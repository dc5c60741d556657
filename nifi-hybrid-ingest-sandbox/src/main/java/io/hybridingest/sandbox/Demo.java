package io.hybridingest.sandbox;

/** The demo: what {@code make demo} runs. */
public final class Demo {
    private Demo() {}

    /** @param arguments {@code --ci} ends everything at the end instead of leaving it running */
    public static void main(String[] arguments) {
        try {
            Sandbox sandbox = Sandbox.builder()
                    .withKafka()
                    .withNifi()
                    .withSpark()
                    .fresh()
                    .progress(System.out::println)
                    .start();
            System.out.println("Spark is at " + sandbox.spark().sparkHome());
            sandbox.leaveRunning();
            System.out.println("Everything runs. `make down` ends it.");
        } catch (SandboxException failure) {
            System.err.println(failure.getMessage());
            System.exit(1);
        }
    }
}
