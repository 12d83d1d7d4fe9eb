package io.shoal.oci.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Map;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostGuardTest {

  private static final Map<String, String> NAMES =
      Map.of("registry.corp", "10.0.0.1", "cdn.example", "8.8.8.8", "rebound.example", "127.0.0.1");

  private final OkHttpClient http =
      new OkHttpClient.Builder()
          .dns(host -> {
            String address = NAMES.get(host);
            if (address == null) {
              throw new UnknownHostException(host);
            }
            return List.of(InetAddress.ofLiteral("1.1.1.1"), InetAddress.ofLiteral(address));
          })
          .build();

  private final HostGuard guard =
      new HostGuard(
          http,
          HttpUrl.get("https://registry.corp/"),
          true,
          new Globs(List.of("minio.corp:9000", "*.storage.corp")));

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0.0.0.0",
        "10.1.2.3",
        "100.64.0.1",
        "127.0.0.1",
        "169.254.169.254",
        "172.31.255.255",
        "192.168.1.1",
        "198.19.0.1",
        "224.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::ffff:127.0.0.1",
        "::10.0.0.1",
        "fd00:ec2::254",
        "fe80::1",
        "fec0::1",
        "ff02::1",
        "64:ff9b::a9fe:a9fe",
        "64:ff9b:1::1",
        "2002:7f00:1::",
        "2001::1",
      })
  void knowsWhatIsInside(String address) {
    assertThat(PrivateAddresses.contain(InetAddress.ofLiteral(address))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1.1.1.1",
        "11.0.0.1",
        "100.128.0.1",
        "172.32.0.1",
        "192.0.1.1",
        "198.20.0.1",
        "223.255.255.255",
        "2606:4700::1111",
        "64:ff9b::808:808",
        "2002:808:808::",
        "2001:4860:4860::8888",
      })
  void knowsWhatIsOutside(String address) {
    assertThat(PrivateAddresses.contain(InetAddress.ofLiteral(address))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://registry.corp/v2/",
        "http://registry.corp:443/",
        "http://minio.corp:9000/bucket",
        "https://a.storage.corp/x",
      })
  void dialsWhatTheOperatorNamed(String url) throws Exception {
    assertThat(guard.clientFor(HttpUrl.get(url))).isSameAs(http);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://127.0.0.1:6379/",
        "http://[::1]/",
        "http://169.254.169.254/latest/meta-data",
        "http://[::ffff:10.0.0.1]/",
        "http://0/",
        "http://127.1/",
      })
  void neverDialsAPrivateAddress(String url) {
    assertThatThrownBy(() -> guard.clientFor(HttpUrl.get(url)))
        .isInstanceOf(PrivateAddressException.class);
  }

  @Test
  void neverDialsANameThatLeadsInside() throws Exception {
    for (String host : List.of("rebound.example", "registry.corp")) {
      OkHttpClient client = guard.clientFor(HttpUrl.get("http://" + host + ":8080/"));
      assertThatThrownBy(() -> client.dns().lookup(host))
          .isInstanceOf(PrivateAddressException.class);
    }
    OkHttpClient client = guard.clientFor(HttpUrl.get("https://cdn.example/"));
    assertThatCode(() -> client.dns().lookup("cdn.example")).doesNotThrowAnyException();
  }

  @Test
  void guardsTheRegistryItselfUnlessItWasNamed() throws Exception {
    HostGuard unnamed =
        new HostGuard(http, HttpUrl.get("https://registry.corp/"), false, new Globs(List.of()));
    OkHttpClient client = unnamed.clientFor(HttpUrl.get("https://registry.corp/"));
    assertThatThrownBy(() -> client.dns().lookup("registry.corp"))
        .isInstanceOf(PrivateAddressException.class);
  }
}
