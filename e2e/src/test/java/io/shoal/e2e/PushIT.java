package io.shoal.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.model.AuthConfig;
import io.shoal.e2e.lab.Await;
import io.shoal.e2e.lab.Commands;
import io.shoal.e2e.lab.ContainerTools;
import io.shoal.e2e.lab.DockerDaemon;
import io.shoal.e2e.lab.EndToEnd;
import io.shoal.e2e.lab.Lab;
import io.shoal.e2e.lab.PushSite;
import io.shoal.e2e.lab.TestImage;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Docker, Podman and skopeo push to a registry-proxy, where they have to log in. */
@EndToEnd
class PushIT {

  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final String OCI = "application/vnd.oci.image.manifest.v1+json";
  private static final String SCHEMA_2 = "application/vnd.docker.distribution.manifest.v2+json";
  private static final String INSECURE = "--tls-verify=false";

  private static PushSite site;
  private static HttpClient http;

  @BeforeAll
  static void start(Lab lab) {
    site = lab.startPushSite("push");
    http = HttpClient.newHttpClient();
  }

  @AfterAll
  static void stop() {
    http.close();
    site.close();
  }

  /** The logins of one user of podman and skopeo. */
  private record Keyring(ContainerTools tools, String authfile) {

    static Keyring of(Lab lab, String name) {
      Path file = lab.folder(name + "-logins").resolve("auth.json");
      return new Keyring(lab.containerTools(name), "--authfile=" + file);
    }

    Commands.Result login(String user, String password) {
      String proxy = site.proxy().getAuthority();
      return tools.skopeo("login", INSECURE, authfile, "-u", user, "-p", password, proxy);
    }

    Commands.Result copy(Lab lab, TestImage image, String target) {
      String from = lab.registry().url().getAuthority() + "/" + image.repository();
      return tools.skopeo(
          "copy",
          "--src-tls-verify=false",
          "--dest-tls-verify=false",
          authfile,
          "docker://" + from + ":" + image.tag(),
          "docker://" + target);
    }
  }

  private static String succeeded(Commands.Result result) {
    assertThat(result.status()).as(result.errors()).isZero();
    return result.output();
  }

  @Test
  void skopeoPushesWithALoginAndNodesPullTheSameBytes(Lab lab) {
    TestImage image = lab.smallImage("shoal-push-skopeo");
    Keyring ring = Keyring.of(lab, "push-skopeo");
    String target = site.pushed(PushSite.LOCAL, "team/skopeo:1");
    assertThat(ring.copy(lab, image, target).status()).isNotZero();
    assertThat(ring.login(PushSite.WRITER, "wrong").status()).isNotZero();
    succeeded(ring.login(PushSite.READER, PushSite.PASSWORD));
    assertThat(ring.copy(lab, image, target).errors()).contains("may not push");
    succeeded(ring.login(PushSite.WRITER, PushSite.PASSWORD));
    succeeded(ring.copy(lab, image, target));

    Path copy = lab.folder("push-skopeo-copy");
    String pulled = "docker://" + site.pulled(PushSite.LOCAL, "team/skopeo:1");
    succeeded(ring.tools().skopeo("copy", "--src-tls-verify=false", pulled, "dir:" + copy));
    for (TestImage.Blob blob : image.blobs()) {
      assertThat(copy.resolve(blob.hex())).hasSameBinaryContentAs(blob.file());
    }
    assertThat(copy.resolve("manifest.json")).hasBinaryContent(image.manifest());
  }

  @Test
  void podmanPushesAndNodesPullTheSameImage(Lab lab) {
    TestImage image = lab.smallImage("shoal-push-podman");
    Keyring ring = Keyring.of(lab, "push-podman");
    String from = lab.registry().url().getAuthority() + "/" + image.repository() + ":1";
    ContainerTools tools = ring.tools();
    succeeded(tools.podman("pull", INSECURE, from));
    succeeded(tools.podman("tag", from, "app:1"));
    String archive = "oci-archive:" + tools.folder().resolve("app.tar");
    succeeded(tools.skopeo("copy", "--src-tls-verify=false", "docker://" + from, archive));
    typeAndUndo(tools, "podman", "team/podman:1");
    assertPulledConfig(ring, PushSite.LOCAL, "team/podman:1", image);
    typeAndUndo(tools, "skopeo", "team/archive:1");
    // It compresses the archive's layers anew, but the configuration stays what it is.
    String pulled = "docker://" + site.pulled(PushSite.LOCAL, "team/archive:1");
    assertThat(configDigest(tools.skopeo("inspect", INSECURE, "--raw", pulled)))
        .isEqualTo(configDigest(tools.skopeo("inspect", "--raw", archive)));
  }

  private static String configDigest(Commands.Result manifest) {
    String json = succeeded(manifest);
    int digest = json.indexOf("sha256:", json.indexOf("\"config\""));
    return json.substring(digest, json.indexOf('"', digest));
  }

  /** As docs/clients.md says: afterwards the same push is refused. */
  private static void typeAndUndo(ContainerTools tools, String client, String image) {
    String typed = site.typedToPush(client, image);
    succeeded(tools.type(typed));
    succeeded(tools.type(site.typedToUndo(client)));
    assertThat(tools.type(typed.lines().skip(1).findFirst().orElseThrow()).status()).isNotZero();
  }

  /** What an image is: its configuration names the contents of its layers. */
  private static void assertPulledConfig(
      Keyring ring, String registryName, String image, TestImage pushed) {
    String pulled = "docker://" + site.pulled(registryName, image);
    assertThat(succeeded(ring.tools().skopeo("inspect", INSECURE, "--raw", pulled)))
        .contains(pushed.config().digest());
  }

  @Test
  void dockerPushesAndNodesPullTheSameImage(Lab lab) {
    TestImage image = lab.smallImage("shoal-push-docker");
    AuthConfig writer = site.login(PushSite.WRITER);
    String from = lab.registry().url().getAuthority() + "/" + image.repository() + ":1";
    String repository = site.pushed(PushSite.LOCAL, "team/docker");
    try (DockerDaemon docker = lab.startDocker("push-docker", site.proxy())) {
      docker.pullAs(new AuthConfig(), from, LIMIT);
      docker.tag(from, repository, "1");
      assertThat(docker.pushAs(site.login(PushSite.READER), repository + ":1", LIMIT)).isPresent();
      ContainerTools tools = lab.containerTools("push-docker");
      tools.useDocker(docker);
      typeAndUndo(tools, "docker", "team/docker:1");
      docker.tag(from, site.pushed(PushSite.THROUGH, "team/docker"), "1");
      assertThat(docker.pushAs(writer, site.pushed(PushSite.THROUGH, "team/docker:1"), LIMIT))
          .isEmpty();
    }
    Keyring ring = Keyring.of(lab, "push-docker-reader");
    assertPulledConfig(ring, PushSite.LOCAL, "team/docker:1", image);
    assertPulledConfig(ring, PushSite.THROUGH, "team/docker:1", image);
  }

  @Test
  void theRealRegistryHasWhatWasPushedThrough(Lab lab) throws Exception {
    TestImage image = lab.smallImage("shoal-push-through");
    Keyring ring = Keyring.of(lab, "push-through");
    succeeded(ring.login(PushSite.WRITER, PushSite.PASSWORD));
    succeeded(ring.copy(lab, image, site.pushed(PushSite.THROUGH, "team/through:1")));
    assertThat(atRegistry("team/through", "1")).isEqualTo(image.manifest());
    site.registry().stop();
    try {
      assertThat(ring.copy(lab, image, site.pushed(PushSite.THROUGH, "team/through:2")).errors())
          .contains("504 Gateway Timeout");
    } finally {
      site.registry().start();
    }
    succeeded(ring.copy(lab, image, site.pushed(PushSite.THROUGH, "team/through:2")));
  }

  private static byte[] atRegistry(String repository, String reference) throws Exception {
    URI manifest = site.registry().url().resolve("/v2/" + repository + "/manifests/" + reference);
    HttpResponse<byte[]> answer =
        http.send(
            // docker-registry makes another kind of manifest for whoever does not name this one.
            HttpRequest.newBuilder(manifest).header("Accept", SCHEMA_2).build(),
            BodyHandlers.ofByteArray());
    return answer.statusCode() == 200 ? answer.body() : new byte[0];
  }

  @Test
  void whatWasTakenArrivesThoughTheOriginWasKilled(Lab lab) throws Exception {
    TestImage image = lab.smallImage("shoal-push-back");
    Keyring ring = Keyring.of(lab, "push-back");
    succeeded(ring.login(PushSite.WRITER, PushSite.PASSWORD));
    site.registry().stop();
    try {
      succeeded(ring.copy(lab, image, site.pushed(PushSite.BACK, "team/back:1")));
      site.origin().kill();
      site.origin().start();
      assertPulledConfig(ring, PushSite.BACK, "team/back:1", image);
    } finally {
      site.registry().start();
    }
    Await.until(
        "the registry to have the image",
        LIMIT,
        () -> atRegistry("team/back", "1").length == image.manifest().length);
    assertThat(atRegistry("team/back", "1")).isEqualTo(image.manifest());
  }

  @Test
  void signaturesAreListedUnderWhatTheySign(Lab lab) throws Exception {
    TestImage image = lab.smallImage("shoal-push-signed");
    Keyring ring = Keyring.of(lab, "push-signed");
    succeeded(ring.login(PushSite.WRITER, PushSite.PASSWORD));
    String signature =
        """
        {"schemaVersion":2,"mediaType":"%1$s","artifactType":"application/vnd.test.signature",
         "config":{"mediaType":"application/vnd.test.config","digest":"%2$s","size":%3$d},
         "layers":[],"subject":{"mediaType":"%4$s","digest":"%5$s","size":%6$d}}
        """
            .formatted(
                OCI,
                image.config().digest(),
                image.config().bytes(),
                image.mediaType(),
                image.digest(),
                image.manifest().length);
    for (String name : List.of(PushSite.LOCAL, PushSite.THROUGH)) {
      succeeded(ring.copy(lab, image, site.pushed(name, "team/signed:1")));
      String path = "/v2/" + name + "/team/signed/";
      HttpResponse<String> put = put(path + "manifests/signature", OCI, signature);
      assertThat(put.statusCode()).isEqualTo(201);
      boolean lists = name.equals(PushSite.LOCAL);
      assertThat(put.headers().firstValue("OCI-Subject").isPresent()).isEqualTo(lists);
      if (!lists) {
        putFallback(path, image, put.headers().firstValue("Docker-Content-Digest").orElseThrow());
      }
      assertThat(get(path + "referrers/" + image.digest()))
          .contains("application/vnd.test.signature");
    }
  }

  /** As clients do it where a registry does not say that it lists what refers to a manifest. */
  private static void putFallback(String path, TestImage image, String signature) throws Exception {
    String index =
        """
        {"schemaVersion":2,"mediaType":"%s","manifests":[
         {"mediaType":"%s","digest":"%s","size":1,"artifactType":"application/vnd.test.signature"}]}
        """
            .formatted(TestImage.INDEX_TYPE, OCI, signature);
    String tag = image.digest().replace(':', '-');
    HttpResponse<String> put = put(path + "manifests/" + tag, TestImage.INDEX_TYPE, index);
    assertThat(put.statusCode()).as(put.body()).isEqualTo(201);
  }

  private static HttpRequest.Builder asWriter(String path) {
    String login = PushSite.WRITER + ":" + PushSite.PASSWORD;
    String basic = Base64.getEncoder().encodeToString(login.getBytes(StandardCharsets.UTF_8));
    return HttpRequest.newBuilder(site.proxy().resolve(path))
        .header("Authorization", "Basic " + basic);
  }

  private static HttpResponse<String> put(String path, String type, String content)
      throws IOException, InterruptedException {
    return http.send(
        asWriter(path).header("Content-Type", type).PUT(BodyPublishers.ofString(content)).build(),
        BodyHandlers.ofString());
  }

  private static String get(String path) throws IOException, InterruptedException {
    return http.send(asWriter(path).build(), BodyHandlers.ofString()).body();
  }
}
