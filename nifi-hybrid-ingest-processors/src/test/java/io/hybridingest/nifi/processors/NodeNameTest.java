package io.hybridingest.nifi.processors;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.apache.nifi.controller.NodeTypeProvider;
import org.junit.jupiter.api.Test;

class NodeNameTest {
    @Test
    void theNodesAddressInItsCluster() {
        assertThat(NodeName.of(nodeAt("nifi-0.nifi.svc"))).isEqualTo("nifi-0.nifi.svc");
    }

    @Test
    void onlyWhatANameInKafkaMayHave() {
        assertThat(NodeName.of(nodeAt("[fe80::1%eth0]"))).isEqualTo("-fe80--1-eth0-");
    }

    @Test
    void whereTheClusterHasNoNameForItTheHostsIsTheSameEachTime() {
        assertThat(NodeName.of(nodeAt(null))).matches("[A-Za-z0-9._-]+").isEqualTo(NodeName.of(nodeAt(null)));
    }

    /** @param address null where it is not known */
    private static NodeTypeProvider nodeAt(String address) {
        return new NodeTypeProvider() {
            @Override
            public boolean isClustered() {
                return address != null;
            }

            @Override
            public Optional<String> getCurrentNode() {
                return Optional.ofNullable(address);
            }

            @Override
            public boolean isPrimary() {
                return true;
            }
        };
    }
}
