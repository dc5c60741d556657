package io.hybridingest.sandbox.flow;

import org.apache.nifi.flow.Bundle;

/**
 * Versions that a flow definition names.
 *
 * @param product version of this project's NAR
 * @param nifi version of NiFi that the definition is authored for
 */
public record FlowVersions(String product, String nifi) {
    Bundle ours() {
        return new Bundle("io.hybridingest", "nifi-hybrid-ingest-nar", product);
    }

    Bundle standard() {
        return nifi("nifi-standard-nar");
    }

    Bundle updateAttribute() {
        return nifi("nifi-update-attribute-nar");
    }

    Bundle recordServices() {
        return nifi("nifi-record-serialization-services-nar");
    }

    Bundle httpContextMap() {
        return nifi("nifi-http-context-map-nar");
    }

    Bundle serviceApis() {
        return nifi("nifi-standard-services-api-nar");
    }

    private Bundle nifi(String artifact) {
        return new Bundle("org.apache.nifi", artifact, nifi);
    }
}
