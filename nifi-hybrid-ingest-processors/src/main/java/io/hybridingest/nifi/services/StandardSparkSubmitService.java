package io.hybridingest.nifi.services;

import io.hybridingest.launch.DriverLauncher;
import io.hybridingest.launch.HistoryServer;
import io.hybridingest.launch.InstallationCheck;
import io.hybridingest.launch.LaunchTrials;
import io.hybridingest.launch.SparkInstallation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.nifi.annotation.behavior.DynamicProperties;
import org.apache.nifi.annotation.behavior.DynamicProperty;
import org.apache.nifi.annotation.behavior.SupportsSensitiveDynamicProperties;
import org.apache.nifi.annotation.documentation.CapabilityDescription;
import org.apache.nifi.annotation.documentation.Tags;
import org.apache.nifi.annotation.lifecycle.OnDisabled;
import org.apache.nifi.annotation.lifecycle.OnEnabled;
import org.apache.nifi.components.ConfigVerificationResult;
import org.apache.nifi.components.PropertyDescriptor;
import org.apache.nifi.components.ValidationContext;
import org.apache.nifi.components.ValidationResult;
import org.apache.nifi.components.Validator;
import org.apache.nifi.context.PropertyContext;
import org.apache.nifi.controller.AbstractControllerService;
import org.apache.nifi.controller.ConfigurationContext;
import org.apache.nifi.controller.VerifiableControllerService;
import org.apache.nifi.expression.ExpressionLanguageScope;
import org.apache.nifi.logging.ComponentLog;
import org.apache.nifi.processor.util.StandardValidators;
import org.apache.nifi.reporting.InitializationException;

/** A local Spark distribution and the settings that every launch from it shares. */
@Tags({"hybrid-ingest", "spark", "spark-submit", "delta", "batch", "streaming"})
@CapabilityDescription("Says where Spark 3.5 is, which Java it runs on, which cluster it talks to and what every launch"
        + " starts from. Used by RunSparkStream and RunSparkBatch. Settings reach Spark through a file that only NiFi's"
        + " user can read, merged over the installation's own conf/spark-defaults.conf; none is put on a command line,"
        + " except those that Spark itself needs to start the driver's JVM: Driver Memory and Driver Java Options.")
@SupportsSensitiveDynamicProperties
@DynamicProperties({
    @DynamicProperty(
            name = "spark.*",
            value = "Value of that Spark setting",
            expressionLanguageScope = ExpressionLanguageScope.ENVIRONMENT,
            description =
                    "A Spark setting for every launch, such as spark.sql.shuffle.partitions. Wins over the properties"
                            + " above. May be sensitive."),
    @DynamicProperty(
            name = "env.*",
            value = "Value of that environment variable",
            expressionLanguageScope = ExpressionLanguageScope.ENVIRONMENT,
            description =
                    "An environment variable of every driver, such as env.HADOOP_CONF_DIR. May be sensitive: only NiFi's"
                            + " user and the superuser can read another process's environment.")
})
public final class StandardSparkSubmitService extends AbstractControllerService
        implements SparkSubmitService, VerifiableControllerService {
    private static final Pattern MEMORY = Pattern.compile("\\d+[kmgtKMGT]");
    private static final String ENVIRONMENT = SparkInstallation.ENVIRONMENT_PREFIX;
    private static final Pattern VARIABLE = Pattern.compile("env[.][A-Za-z_][A-Za-z0-9_]*");
    private static final Set<String> DECIDED_BY_THE_LAUNCH = Set.of(
            "spark.hybridingest.run-directory",
            "spark.hybridingest.epoch",
            "spark.hybridingest.environment",
            DriverLauncher.PROXY_USER);

    private static final Validator MEMORY_VALIDATOR = (subject, input, context) -> new ValidationResult.Builder()
            .subject(subject)
            .input(input)
            .valid(context.isExpressionLanguagePresent(input)
                    || MEMORY.matcher(input).matches())
            .explanation("it must be a whole number and one of the letters k, m, g or t, such as 2g or 512m")
            .build();

    static final PropertyDescriptor SPARK_HOME = new PropertyDescriptor.Builder()
            .name("Spark Home")
            .description("Directory of a Spark 3.5 distribution for Scala 2.12: the one that holds bin/spark-submit.")
            .required(true)
            .expressionLanguageSupported(ExpressionLanguageScope.ENVIRONMENT)
            .addValidator(StandardValidators.NON_BLANK_VALIDATOR)
            .build();

    static final PropertyDescriptor JAVA_HOME = new PropertyDescriptor.Builder()
            .name("Java Home")
            .description(
                    "Directory of the JDK that Spark runs on. Spark 3.5 needs Java 8, 11 or 17, whatever NiFi runs on.")
            .required(true)
            .expressionLanguageSupported(ExpressionLanguageScope.ENVIRONMENT)
            .addValidator(StandardValidators.NON_BLANK_VALIDATOR)
            .build();

    static final PropertyDescriptor MASTER = new PropertyDescriptor.Builder()
            .name("Master")
            .description("Cluster to run on: local[*], spark://host:7077, yarn or k8s://https://host:443.")
            .required(true)
            .defaultValue("local[*]")
            .expressionLanguageSupported(ExpressionLanguageScope.ENVIRONMENT)
            .addValidator(StandardValidators.NON_BLANK_VALIDATOR)
            .build();

    static final PropertyDescriptor DEPLOY_MODE = new PropertyDescriptor.Builder()
            .name("Deploy Mode")
            .description("Where the driver runs.")
            .required(true)
            .allowableValues(DeployMode.class)
            .defaultValue(DeployMode.CLIENT)
            .build();

    static final PropertyDescriptor WORKING_DIRECTORY = new PropertyDescriptor.Builder()
            .name("Working Directory")
            .description("Directory that gets one child a launch, with the request, the settings, the driver's log, its"
                    + " status and its progress, and keeps the newest 20 a processor. Created where it does not exist. Must"
                    + " survive a restart of NiFi, or running drivers are not found again.")
            .required(true)
            .defaultValue("./hybrid_ingest_runs")
            .expressionLanguageSupported(ExpressionLanguageScope.ENVIRONMENT)
            .addValidator(StandardValidators.NON_BLANK_VALIDATOR)
            .build();

    static final PropertyDescriptor JARS = setting(
            "JARs", "Comma-separated JARs for driver and executors (spark.jars). The bundle's own is added by itself.");

    static final PropertyDescriptor PACKAGES = setting(
            "Packages",
            "Comma-separated Maven coordinates that Spark resolves at each launch (spark.jars.packages). The ingest job needs"
                    + " delta-spark, spark-sql-kafka and spark-avro, here, under JARs, or in the distribution's jars directory.");

    static final PropertyDescriptor PYTHON_FILES = setting(
            "Python Files",
            "Comma-separated .zip, .egg or .py files for the Python path of a Python application (spark.submit.pyFiles).");

    static final PropertyDescriptor FILES =
            setting("Files", "Comma-separated files for the working directory of each executor (spark.files).");

    static final PropertyDescriptor PYTHON_EXECUTABLE = setting(
            "Python Executable",
            "Python of a Python application (spark.pyspark.python), such as the bin/python of a virtual environment. Empty:"
                    + " python3 of the path.");

    static final PropertyDescriptor PROXY_USER = setting(
            "Proxy User",
            "User that the applications act as, where the cluster lets NiFi's user do so. Shows in the process list. Not"
                    + " together with Kerberos Principal.");

    static final PropertyDescriptor KERBEROS_PRINCIPAL =
            setting("Kerberos Principal", "Principal to log in as (spark.kerberos.principal). Needs Kerberos Keytab.");

    static final PropertyDescriptor KERBEROS_KEYTAB = setting(
            "Kerberos Keytab",
            "File with the principal's keys (spark.kerberos.keytab), readable by NiFi's user. Needs Kerberos Principal.");

    static final PropertyDescriptor DRIVER_MEMORY =
            memory("Driver Memory", "Heap of the driver (spark.driver.memory).");

    static final PropertyDescriptor DRIVER_JAVA_OPTIONS = setting(
            "Driver Java Options",
            "JVM options of the driver (spark.driver.extraJavaOptions). They show in the process list: no secrets here.");

    static final PropertyDescriptor EXECUTOR_MEMORY =
            memory("Executor Memory", "Heap of each executor (spark.executor.memory).");

    static final PropertyDescriptor EXECUTOR_CORES =
            count("Executor Cores", "Tasks that an executor runs at once (spark.executor.cores).");

    static final PropertyDescriptor EXECUTOR_INSTANCES =
            count("Executor Instances", "Executors of each application (spark.executor.instances).");

    static final PropertyDescriptor EXECUTOR_JAVA_OPTIONS = setting(
            "Executor Java Options",
            "JVM options of each executor (spark.executor.extraJavaOptions). They show in the process list: no secrets"
                    + " here.");

    static final PropertyDescriptor EVENT_LOG_DIRECTORY = setting(
            "Event Log Directory",
            "Directory or URI for Spark's event logs (spark.eventLog.dir), so that the History Server can show ended"
                    + " applications. It must exist. Without it no event log is written.");

    static final PropertyDescriptor HISTORY_SERVER_ADDRESS = setting(
            "History Server Address",
            "Host and port of the History Server that reads the event logs, such as history.example.org:18080"
                    + " (spark.yarn.historyServer.address). Once an application has ended, spark.ui.address leads there. With"
                    + " https:// before it where it needs that, but not for YARN, which takes it without.");

    private static final List<PropertyDescriptor> DESCRIPTORS = List.of(
            SPARK_HOME,
            JAVA_HOME,
            MASTER,
            DEPLOY_MODE,
            WORKING_DIRECTORY,
            JARS,
            PACKAGES,
            PYTHON_FILES,
            FILES,
            PYTHON_EXECUTABLE,
            PROXY_USER,
            KERBEROS_PRINCIPAL,
            KERBEROS_KEYTAB,
            DRIVER_MEMORY,
            DRIVER_JAVA_OPTIONS,
            EXECUTOR_MEMORY,
            EXECUTOR_CORES,
            EXECUTOR_INSTANCES,
            EXECUTOR_JAVA_OPTIONS,
            EVENT_LOG_DIRECTORY,
            HISTORY_SERVER_ADDRESS);

    private static final Map<PropertyDescriptor, String> CONF_KEYS = Map.ofEntries(
            Map.entry(MASTER, "spark.master"),
            Map.entry(JARS, "spark.jars"),
            Map.entry(PACKAGES, "spark.jars.packages"),
            Map.entry(PYTHON_FILES, "spark.submit.pyFiles"),
            Map.entry(FILES, "spark.files"),
            Map.entry(PYTHON_EXECUTABLE, "spark.pyspark.python"),
            Map.entry(PROXY_USER, DriverLauncher.PROXY_USER),
            Map.entry(KERBEROS_PRINCIPAL, "spark.kerberos.principal"),
            Map.entry(KERBEROS_KEYTAB, "spark.kerberos.keytab"),
            Map.entry(DRIVER_MEMORY, "spark.driver.memory"),
            Map.entry(DRIVER_JAVA_OPTIONS, "spark.driver.extraJavaOptions"),
            Map.entry(EXECUTOR_MEMORY, "spark.executor.memory"),
            Map.entry(EXECUTOR_CORES, "spark.executor.cores"),
            Map.entry(EXECUTOR_INSTANCES, "spark.executor.instances"),
            Map.entry(EXECUTOR_JAVA_OPTIONS, "spark.executor.extraJavaOptions"),
            Map.entry(EVENT_LOG_DIRECTORY, "spark.eventLog.dir"),
            Map.entry(HISTORY_SERVER_ADDRESS, HistoryServer.ADDRESS));

    private volatile SparkInstallation installation;

    @Override
    protected List<PropertyDescriptor> getSupportedPropertyDescriptors() {
        return DESCRIPTORS;
    }

    @Override
    protected PropertyDescriptor getSupportedDynamicPropertyDescriptor(String name) {
        return new PropertyDescriptor.Builder()
                .name(name)
                .description(
                        name.startsWith(ENVIRONMENT)
                                ? "The environment variable " + name.substring(ENVIRONMENT.length())
                                : "The Spark setting " + name)
                .dynamic(true)
                .expressionLanguageSupported(ExpressionLanguageScope.ENVIRONMENT)
                .addValidator(StandardSparkSubmitService::settingName)
                .build();
    }

    private static ValidationResult settingName(String subject, String input, ValidationContext context) {
        boolean setting = subject.startsWith("spark.") && !DECIDED_BY_THE_LAUNCH.contains(subject);
        boolean variable = VARIABLE.matcher(subject).matches() && !subject.equals(ENVIRONMENT + "JAVA_HOME");
        return new ValidationResult.Builder()
                .subject(subject)
                .valid(setting || variable)
                .explanation(
                        "the name of an added property must be a Spark setting, beginning with spark., and not one that"
                                + " the launch itself decides, or env. and the name of an environment variable other than"
                                + " JAVA_HOME; rename or remove it")
                .build();
    }

    @Override
    protected Collection<ValidationResult> customValidate(ValidationContext context) {
        InstallationCheck check = check(context);
        List<ValidationResult> results = new ArrayList<>();
        check.sparkProblems().forEach(problem -> results.add(invalid(SPARK_HOME, problem)));
        check.javaProblems().forEach(problem -> results.add(invalid(JAVA_HOME, problem)));
        check.workingDirectoryProblems().forEach(problem -> results.add(invalid(WORKING_DIRECTORY, problem)));
        results.addAll(identityProblems(context));
        return results;
    }

    private static List<ValidationResult> identityProblems(ValidationContext context) {
        List<ValidationResult> results = new ArrayList<>();
        boolean principal = context.getProperty(KERBEROS_PRINCIPAL).isSet();
        boolean keytab = context.getProperty(KERBEROS_KEYTAB).isSet();
        if (principal != keytab) {
            results.add(invalid(
                    principal ? KERBEROS_KEYTAB : KERBEROS_PRINCIPAL,
                    "Kerberos Principal and Kerberos Keytab need each other. Set both or neither."));
        }
        if (keytab && !Files.isReadable(path(context, KERBEROS_KEYTAB))) {
            results.add(invalid(KERBEROS_KEYTAB, "it is not a file that NiFi's user can read. Give the whole path."));
        }
        if (principal && context.getProperty(PROXY_USER).isSet()) {
            results.add(invalid(
                    PROXY_USER, "Spark takes a proxy user or a principal with its keytab, not both. Remove one."));
        }
        return results;
    }

    @Override
    public List<ConfigVerificationResult> verify(
            ConfigurationContext context, ComponentLog log, Map<String, String> variables) {
        return SparkVerification.results(new LaunchTrials(installation(context)));
    }

    @OnEnabled
    public void enable(ConfigurationContext context) throws InitializationException {
        SparkInstallation configured = installation(context);
        Path working = configured.workingDirectory();
        try {
            Files.createDirectories(working);
        } catch (IOException unwritable) {
            throw new InitializationException("Working Directory " + working + " cannot be made", unwritable);
        }
        installation = configured;
    }

    @OnDisabled
    public void disable() {
        installation = null;
    }

    @Override
    public SparkInstallation installation() {
        return installation;
    }

    private static SparkInstallation installation(ConfigurationContext context) {
        InstallationCheck check = check(context);
        return new SparkInstallation(
                check.sparkHome().toAbsolutePath().normalize(),
                check.javaHome().toAbsolutePath().normalize(),
                check.workingDirectory().toAbsolutePath().normalize(),
                environment(context),
                secret(context),
                conf(context));
    }

    private static InstallationCheck check(PropertyContext context) {
        return new InstallationCheck(
                path(context, SPARK_HOME), path(context, JAVA_HOME), path(context, WORKING_DIRECTORY));
    }

    private static Path path(PropertyContext context, PropertyDescriptor descriptor) {
        String value =
                context.getProperty(descriptor).evaluateAttributeExpressions().getValue();
        return Path.of(value == null ? "" : value.trim());
    }

    private static Map<String, String> conf(ConfigurationContext context) {
        Map<String, String> conf = new LinkedHashMap<>();
        CONF_KEYS.forEach((descriptor, key) -> {
            String value = context.getProperty(descriptor)
                    .evaluateAttributeExpressions()
                    .getValue();
            if (value != null && !value.isBlank()) {
                conf.put(key, value.trim());
            }
        });
        conf.put("spark.submit.deployMode", context.getProperty(DEPLOY_MODE).getValue());
        if (conf.containsKey("spark.eventLog.dir")) {
            conf.put("spark.eventLog.enabled", "true");
        }
        added(context, "spark.").forEach(descriptor -> conf.put(descriptor.getName(), value(context, descriptor)));
        return conf;
    }

    private static Map<String, String> environment(ConfigurationContext context) {
        Map<String, String> environment = new LinkedHashMap<>();
        added(context, ENVIRONMENT)
                .forEach(descriptor -> environment.put(
                        descriptor.getName().substring(ENVIRONMENT.length()), value(context, descriptor)));
        return environment;
    }

    private static Set<String> secret(ConfigurationContext context) {
        return Stream.concat(added(context, "spark.").stream(), added(context, ENVIRONMENT).stream())
                .filter(PropertyDescriptor::isSensitive)
                .map(PropertyDescriptor::getName)
                .collect(Collectors.toSet());
    }

    private static List<PropertyDescriptor> added(ConfigurationContext context, String prefix) {
        return context.getProperties().keySet().stream()
                .filter(PropertyDescriptor::isDynamic)
                .filter(descriptor -> descriptor.getName().startsWith(prefix))
                .toList();
    }

    private static String value(ConfigurationContext context, PropertyDescriptor descriptor) {
        return context.getProperty(descriptor).evaluateAttributeExpressions().getValue();
    }

    private static ValidationResult invalid(PropertyDescriptor descriptor, String problem) {
        return new ValidationResult.Builder()
                .subject(descriptor.getName())
                .valid(false)
                .explanation(problem)
                .build();
    }

    private static PropertyDescriptor setting(String name, String description) {
        return optional(name, description, StandardValidators.NON_BLANK_VALIDATOR);
    }

    private static PropertyDescriptor memory(String name, String description) {
        return optional(name, description, MEMORY_VALIDATOR);
    }

    private static PropertyDescriptor count(String name, String description) {
        return optional(name, description, StandardValidators.POSITIVE_INTEGER_VALIDATOR);
    }

    private static PropertyDescriptor optional(String name, String description, Validator validator) {
        return new PropertyDescriptor.Builder()
                .name(name)
                .description(description)
                .required(false)
                .expressionLanguageSupported(ExpressionLanguageScope.ENVIRONMENT)
                .addValidator(validator)
                .build();
    }
}
