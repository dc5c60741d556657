package io.hybridingest.sandbox.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.hybridingest.sandbox.SandboxException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FeederTest {
    private static final FeedScale SCALE = new FeedScale(13, 1, 60, 5_000, Duration.ofHours(24), 1, 3);

    @TempDir
    Path directory;

    private final List<byte[]> bodies = new CopyOnWriteArrayList<>();
    private final AtomicInteger requests = new AtomicInteger();
    private HttpServer server;

    @BeforeEach
    void listen() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/flights", this::take);
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @Test
    void whatWasSentIsWrittenDownAndSentAgainAfterARefusal() throws Exception {
        long planned;
        try (Feeder feeder = feeder(flightsZip())) {
            feeder.run();
            planned = feeder.planned();
            assertThat(feeder.distinctSent()).isEqualTo(planned);
            assertThat(feeder.brokenSent()).isEqualTo(Breakage.values().length);
            feeder.close();
        }
        List<JsonNode> sent = lines("truth/sent.jsonl");
        assertThat(sent.stream().map(line -> line.get("flight").asInt()).distinct())
                .hasSize((int) planned);
        assertThat(sent).anyMatch(line -> "history".equals(line.get("feed").asText()));
        List<JsonNode> broken = lines("truth/broken.jsonl");
        assertThat(broken)
                .allSatisfy(line -> assertThat(bodies).anyMatch(body -> new String(body, StandardCharsets.UTF_8)
                        .contains(line.get("marker").asText())));
        assertThat(bodies).anyMatch(FeederTest::isNoJson).anyMatch(body -> body.length > 5_000_000);
        try (Stream<Path> files = Files.list(directory.resolve("incoming"))) {
            assertThat(files)
                    .isNotEmpty()
                    .allMatch(file -> file.getFileName().toString().startsWith("flights-"));
        }
    }

    @Test
    void aFileThatIsNotTheFlightsIsRefused() throws Exception {
        assertThatThrownBy(() -> feeder(zip("a,b\n1,2\n")))
                .isInstanceOf(SandboxException.class)
                .hasMessageContaining("does not start with the columns");
    }

    @Test
    void anIdentityThatIsThereTwiceIsRefused() throws Exception {
        String row = row(1, 1);
        assertThatThrownBy(() -> feeder(zip(header() + row + row)))
                .isInstanceOf(SandboxException.class)
                .hasMessageContaining("twice");
    }

    private Feeder feeder(Path zip) throws IOException {
        URI address = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/flights");
        return Feeder.plan(SCALE, zip, address, directory.resolve("incoming"), directory.resolve("truth"));
    }

    private void take(HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readAllBytes();
        boolean refused = requests.incrementAndGet() == 3;
        if (!refused) {
            bodies.add(body);
        }
        exchange.sendResponseHeaders(refused ? 503 : 200, -1);
        exchange.close();
    }

    private static boolean isNoJson(byte[] body) {
        try {
            new ObjectMapper().readTree(new String(body, StandardCharsets.UTF_8));
            return false;
        } catch (JsonProcessingException notJson) {
            return true;
        }
    }

    private List<JsonNode> lines(String file) throws IOException {
        return Files.readAllLines(directory.resolve(file)).stream()
                .map(FeederTest::json)
                .toList();
    }

    private static JsonNode json(String line) {
        try {
            return new ObjectMapper().readTree(line);
        } catch (JsonProcessingException unexpected) {
            throw new AssertionError(line, unexpected);
        }
    }

    private Path flightsZip() throws IOException {
        StringBuilder csv = new StringBuilder(header());
        int number = 0;
        for (int day = 1; day <= 28; day++) {
            for (int hour = 0; hour < 20; hour++) {
                csv.append(row(day, hour).replace("NUMBER", String.valueOf(number++)));
            }
        }
        return zip(csv.toString());
    }

    private static String header() {
        return "year,month,day,dep_time,sched_dep_time,dep_delay,arr_time,sched_arr_time,arr_delay,carrier,flight,"
                + "tailnum,origin,dest,air_time,distance,hour,minute,time_hour\n";
    }

    private static String row(int day, int hour) {
        String number = day == 1 && hour == 1 ? "7777" : "NUMBER";
        return "2013,6,%1$d,NA,515,NA,NA,819,NA,UA,%3$s,N14228,EWR,IAH,NA,1400,%2$d,15,2013-06-%1$02dT%2$02d:00:00Z%n"
                .formatted(day, hour, number);
    }

    private Path zip(String csv) throws IOException {
        Path zip = directory.resolve("flights.csv.zip");
        try (OutputStream file = Files.newOutputStream(zip);
                ZipOutputStream zipped = new ZipOutputStream(file)) {
            zipped.putNextEntry(new ZipEntry("flights.csv"));
            zipped.write(csv.getBytes(StandardCharsets.UTF_8));
        }
        return zip;
    }
}
