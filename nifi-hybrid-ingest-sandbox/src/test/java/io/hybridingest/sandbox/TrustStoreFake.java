package io.hybridingest.sandbox;

import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509TrustManager;
import org.apache.nifi.controller.AbstractControllerService;
import org.apache.nifi.security.util.TlsConfiguration;
import org.apache.nifi.ssl.SSLContextService;

/** An SSL Context Service that knows the certificate of a {@link SecureListener}; NiFi's own is published in a NAR only. */
final class TrustStoreFake extends AbstractControllerService implements SSLContextService {
    private final SecureListener listener;

    TrustStoreFake(SecureListener listener) {
        this.listener = listener;
    }

    @Override
    public String getTrustStoreFile() {
        return listener.trustStore().toString();
    }

    @Override
    public String getTrustStoreType() {
        return "PKCS12";
    }

    @Override
    public String getTrustStorePassword() {
        return listener.trustStorePassword();
    }

    @Override
    public boolean isTrustStoreConfigured() {
        return true;
    }

    @Override
    public boolean isKeyStoreConfigured() {
        return false;
    }

    @Override
    public String getKeyStoreFile() {
        return null;
    }

    @Override
    public String getKeyStoreType() {
        return null;
    }

    @Override
    public String getKeyStorePassword() {
        return null;
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
