package io.hybridingest.sandbox;

import java.nio.file.Path;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509TrustManager;
import org.apache.nifi.controller.AbstractControllerService;
import org.apache.nifi.security.util.TlsConfiguration;
import org.apache.nifi.ssl.SSLContextService;

/** An SSL Context Service over PKCS12 files of one password; NiFi's own is published in a NAR only. */
final class StoresFake extends AbstractControllerService implements SSLContextService {
    private final Path trustStore;
    private final Path keyStore;
    private final String password;

    /** @param keyStore null for none */
    StoresFake(Path trustStore, Path keyStore, String password) {
        this.trustStore = trustStore;
        this.keyStore = keyStore;
        this.password = password;
    }

    @Override
    public String getTrustStoreFile() {
        return trustStore.toString();
    }

    @Override
    public String getTrustStoreType() {
        return "PKCS12";
    }

    @Override
    public String getTrustStorePassword() {
        return password;
    }

    @Override
    public boolean isTrustStoreConfigured() {
        return true;
    }

    @Override
    public boolean isKeyStoreConfigured() {
        return keyStore != null;
    }

    @Override
    public String getKeyStoreFile() {
        return keyStore.toString();
    }

    @Override
    public String getKeyStoreType() {
        return "PKCS12";
    }

    @Override
    public String getKeyStorePassword() {
        return password;
    }

    @Override
    public String getKeyPassword() {
        return null;
    }

    @Override
    public String getSslAlgorithm() {
        return "TLS";
    }

    @Override
    public TlsConfiguration createTlsConfiguration() {
        throw new UnsupportedOperationException("Kafka reads the files");
    }

    @Override
    public SSLContext createContext() {
        throw new UnsupportedOperationException("Kafka reads the files");
    }

    @Override
    public Optional<X509ExtendedKeyManager> createKeyManager() {
        throw new UnsupportedOperationException("Kafka reads the files");
    }

    @Override
    public X509TrustManager createTrustManager() {
        throw new UnsupportedOperationException("Kafka reads the files");
    }
}
