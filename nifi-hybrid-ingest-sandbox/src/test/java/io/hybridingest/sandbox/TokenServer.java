package io.hybridingest.sandbox;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.Signature;
import java.security.interfaces.RSAPublicKey;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** A small OAuth 2 server: it gives out signed tokens for the credentials of one client. */
final class TokenServer implements AutoCloseable {
    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

    private final String client;
    private final String secret;
    private final KeyPair keys;
    private final HttpServer server;
    private volatile String scope = "";

    private TokenServer(String client, String secret, KeyPair keys, HttpServer server) {
        this.client = client;
        this.secret = secret;
        this.keys = keys;
        this.server = server;
    }

    /**
     * @param client client id, also the subject of its tokens
     * @param secret its secret
     */
    static TokenServer start(String client, String secret) throws IOException, GeneralSecurityException {
        return start(client, secret, HttpServer.create(anyPort(), 0));
    }

    /** Starts a server that shows the certificate of the listener. */
    static TokenServer startWithTls(String client, String secret, SecureListener listener)
            throws IOException, GeneralSecurityException {
        char[] password = listener.password().toCharArray();
        KeyStore keys = KeyStore.getInstance(listener.keyStore().toFile(), password);
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(keys, password);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        HttpsServer server = HttpsServer.create(anyPort(), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(context));
        return start(client, secret, server);
    }

    private static TokenServer start(String client, String secret, HttpServer server) throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        TokenServer tokens = new TokenServer(client, secret, generator.generateKeyPair(), server);
        server.createContext("/token", tokens::answer);
        server.start();
        return tokens;
    }

    private static InetSocketAddress anyPort() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }

    String url() {
        String scheme = server instanceof HttpsServer ? "https" : "http";
        return scheme + "://127.0.0.1:" + server.getAddress().getPort() + "/token";
    }

    /** The scope that was asked for last. */
    String scope() {
        return scope;
    }

    /** Writes the key that the tokens can be checked with, as a JSON Web Key Set. */
    Path writeKeys(Path file) {
        RSAPublicKey key = (RSAPublicKey) keys.getPublic();
        try {
            return Files.writeString(
                    file,
                    "{\"keys\":[{\"kty\":\"RSA\",\"kid\":\"one\",\"use\":\"sig\",\"alg\":\"RS256\",\"n\":\""
                            + number(key.getModulus()) + "\",\"e\":\"" + number(key.getPublicExponent()) + "\"}]}");
        } catch (IOException unwritable) {
            throw new UncheckedIOException(unwritable);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }

    private void answer(HttpExchange exchange) throws IOException {
        String form = URLDecoder.decode(new String(exchange.getRequestBody().readAllBytes()), StandardCharsets.UTF_8);
        scope = form.replaceFirst(".*scope=", "");
        String expected =
                "Basic " + Base64.getEncoder().encodeToString((client + ":" + secret).getBytes(StandardCharsets.UTF_8));
        boolean known = expected.equals(exchange.getRequestHeaders().getFirst("Authorization"))
                && form.contains("grant_type=client_credentials");
        String body = known
                ? "{\"access_token\":\"" + token() + "\",\"token_type\":\"Bearer\",\"expires_in\":300}"
                : "{\"error\":\"invalid_client\"}";
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().add("Content-Type", "application/json");
        exchange.sendResponseHeaders(known ? 200 : 401, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    private String token() {
        long now = Instant.now().getEpochSecond();
        String header = "{\"alg\":\"RS256\",\"kid\":\"one\",\"typ\":\"JWT\"}";
        String claims = "{\"sub\":\"" + client + "\",\"scope\":\"" + scope + "\",\"iat\":" + now + ",\"exp\":"
                + (now + 300) + "}";
        String signed = text(header) + "." + text(claims);
        try {
            Signature signature = Signature.getInstance("SHA256withRSA");
            signature.initSign(keys.getPrivate());
            signature.update(signed.getBytes(StandardCharsets.US_ASCII));
            return signed + "." + BASE64.encodeToString(signature.sign());
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static String text(String json) {
        return BASE64.encodeToString(json.getBytes(StandardCharsets.UTF_8));
    }

    /** Without the byte that only says that the number is positive. */
    private static String number(BigInteger value) {
        byte[] bytes = value.toByteArray();
        int start = bytes[0] == 0 && bytes.length > 1 ? 1 : 0;
        return BASE64.encodeToString(Arrays.copyOfRange(bytes, start, bytes.length));
    }
}
