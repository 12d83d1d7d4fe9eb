package io.shoal.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.shoal.e2e.lab.AccessLog;
import io.shoal.e2e.lab.Commands;
import io.shoal.e2e.lab.ContainerTools;
import io.shoal.e2e.lab.EndToEnd;
import io.shoal.e2e.lab.Lab;
import io.shoal.e2e.lab.MultiArchImage;
import io.shoal.e2e.lab.TestImage;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Podman and skopeo, pointed at an agent as docs/clients.md says; they reach nothing else. */
@EndToEnd
class PodmanSkopeoIT {

  @Test
  void podmanPullsFromBothRegistriesThroughItsMirror(Lab lab) {
    TestImage image = lab.smallImage("shoal-podman");
    lab.secondRegistry().push(image);
    ContainerTools tools = withMirror(lab, "podman");
    AccessLog.Mark before = lab.registry().accessLog().mark();
    succeeded(tools.podman("pull", image.fullName()));
    assertThat(succeeded(tools.run(image.fullName())).strip()).isEqualTo(image.greeting());
    lab.awaitSentOnce(image, before);
    succeeded(tools.podman("pull", image.nameAt(lab.secondName())));

    tools.useNoMirror();
    TestImage other = lab.smallImage("shoal-podman-undone");
    assertThat(tools.podman("pull", other.fullName()).errors()).contains("registry-1.docker.io");
  }

  @Test
  void podmanPullsWhateverLayersThereAre(Lab lab) {
    ContainerTools tools = withMirror(lab, "podman-layers");
    for (TestImage image :
        List.of(
            lab.sixtyLayerImage("shoal-podman-60"),
            lab.zstdImage("shoal-podman-zstd"),
            lab.emptyBlobImage("shoal-podman-empty"))) {
      succeeded(tools.podman("pull", image.fullName()));
    }
    MultiArchImage image = lab.multiArchImage("shoal-podman-index");
    AccessLog.Mark before = lab.registry().accessLog().mark();
    succeeded(tools.podman("pull", image.here().fullName()));
    lab.awaitSentOnce(image.here(), before);
    lab.assertNotSent(image.elsewhere(), before);
  }

  @Test
  void skopeoCopiesInspectsAndListsThroughTheAgent(Lab lab) throws IOException {
    MultiArchImage image = lab.multiArchImage("shoal-skopeo");
    String name = "docker://" + image.here().fullName();
    ContainerTools tools = withMirror(lab, "skopeo");
    Path copy = lab.folder("skopeo-copy");
    succeeded(tools.skopeo("copy", "--all", name, "oci:" + copy));
    for (TestImage.Blob blob : image.blobs()) {
      assertThat(copy.resolve("blobs/sha256/" + blob.hex())).hasSameBinaryContentAs(blob.file());
    }
    assertThat(succeeded(tools.skopeo("inspect", "--raw", name)))
        .isEqualTo(new String(image.index(), StandardCharsets.UTF_8));
    assertThat(succeeded(tools.skopeo("inspect", "--no-tags", name)))
        .contains(image.here().layers().getLast().digest());
    // Tags it asks of the registry alone, whatever the mirror is.
    assertThat(tools.skopeo("inspect", name).errors()).contains("registry-1.docker.io");
    String agent = lab.cluster().agent(1).url().getAuthority();
    String named = "docker://" + agent + "/docker.io/" + image.here().repository();
    assertThat(succeeded(tools.skopeo("list-tags", "--tls-verify=false", named))).contains("\"1\"");
  }

  @Test
  void skopeoCopiesWhateverLayersThereAre(Lab lab) throws IOException {
    ContainerTools tools = withMirror(lab, "skopeo-layers");
    for (TestImage image :
        List.of(
            lab.sixtyLayerImage("shoal-skopeo-60"),
            lab.zstdImage("shoal-skopeo-zstd"),
            lab.emptyBlobImage("shoal-skopeo-empty"))) {
      Path copy = lab.folder(image.repository().replace('/', '-'));
      succeeded(tools.skopeo("copy", "docker://" + image.fullName(), "dir:" + copy));
      for (TestImage.Blob blob : image.blobs()) {
        assertThat(copy.resolve(blob.hex())).hasSameBinaryContentAs(blob.file());
      }
    }
  }

  @Test
  void aForeignLayerIsFetchedFromWhereItIs(Lab lab) throws IOException {
    HttpServer elsewhere =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 10);
    URI address = URI.create("http://127.0.0.1:" + elsewhere.getAddress().getPort() + "/layer");
    TestImage image = lab.foreignLayerImage("shoal-foreign", address);
    byte[] layer = Files.readAllBytes(image.layers().getFirst().file());
    AtomicInteger asked = new AtomicInteger();
    elsewhere.createContext(
        "/layer",
        exchange -> {
          try (exchange) {
            asked.incrementAndGet();
            exchange.sendResponseHeaders(200, layer.length);
            exchange.getResponseBody().write(layer);
          }
        });
    elsewhere.start();
    try {
      URI agent = lab.cluster().agent(1).url();
      String path = "/v2/" + image.repository() + "/blobs/" + image.layers().getFirst().digest();
      assertThat(lab.cluster().agent(1).http().get(agent.resolve(path), "").statusCode())
          .isEqualTo(404);
      ContainerTools tools = withMirror(lab, "foreign");
      succeeded(tools.podman("pull", image.fullName()));
      assertThat(asked).hasValue(1);
      Path copy = lab.folder("foreign-copy");
      succeeded(tools.skopeo("copy", "docker://" + image.fullName(), "dir:" + copy));
      assertThat(copy.resolve(image.layers().getFirst().hex())).hasBinaryContent(layer);
      assertThat(asked).hasValue(2);
    } finally {
      elsewhere.stop(0);
    }
  }

  private static ContainerTools withMirror(Lab lab, String name) {
    ContainerTools tools = lab.containerTools(name);
    tools.useMirror(lab.cluster().agent(1).url());
    return tools;
  }

  private static String succeeded(Commands.Result result) {
    assertThat(result.status()).as(result.errors()).isZero();
    return result.output();
  }
}
