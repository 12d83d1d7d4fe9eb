package io.shoal.client.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shoal.core.peer.PeerRole;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.security.KeyStore;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PinnedClientTest {

  private final ServerIdentity identity = ServerIdentity.generate();
  private final ClusterSecret secret = ClusterSecret.random();
  private final MockWebServer server = new MockWebServer();

  @BeforeEach
  void start() throws Exception {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(new ByteArrayInputStream(identity.pkcs12("pw")), "pw".toCharArray());
    KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
    keys.init(store, "pw".toCharArray());
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), null, null);
    server.useHttps(context.getSocketFactory());
    server.start();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void showsItsTokenToTheServerItKnows() throws Exception {
    server.enqueue(new MockResponse.Builder().body("hello").build());
    assertThat(get(client(identity.fingerprint()), server.url("/").toString())).isEqualTo("hello");
    assertThat(server.takeRequest().getHeaders().get("Authorization"))
        .isEqualTo("Bearer " + secret.apiToken(PeerRole.AGENT));
  }

  @Test
  void saysNothingToAnotherServer() {
    OkHttpClient client = client(ServerIdentity.generate().fingerprint());
    assertThatThrownBy(() -> get(client, server.url("/").toString()))
        .isInstanceOf(SSLHandshakeException.class)
        .hasMessageContaining("not of this cluster");
    assertThat(server.getRequestCount()).isZero();
  }

  @Test
  void speaksNoPlainHttpInAProtectedCluster() {
    String plain = "http://127.0.0.1:" + server.getPort();
    assertThatThrownBy(() -> get(client(identity.fingerprint()), plain))
        .isInstanceOf(IOException.class);
    assertThat(server.getRequestCount()).isZero();
  }

  private OkHttpClient client(String fingerprint) {
    ClusterFile cluster = new ClusterFile(secret, List.of(), Optional.of(fingerprint));
    return PinnedClient.forPeer(cluster, PeerRole.AGENT);
  }

  private static String get(OkHttpClient client, String url) throws IOException {
    Request request = new Request.Builder().url(url).build();
    try (Response response = client.newCall(request).execute()) {
      return response.body().string();
    }
  }
}
