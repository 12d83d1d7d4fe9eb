package io.shoal.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shoal.e2e.lab.AccessLog;
import io.shoal.e2e.lab.Commands;
import io.shoal.e2e.lab.ContainerTools;
import io.shoal.e2e.lab.Containerd;
import io.shoal.e2e.lab.DockerDaemon;
import io.shoal.e2e.lab.EndToEnd;
import io.shoal.e2e.lab.Lab;
import io.shoal.e2e.lab.PrivateSite;
import io.shoal.e2e.lab.TestImage;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Private images of a registry that wants tokens, pulled through an agent by clients that are
 * logged in as docs/clients.md says, and by such as are not. Docker's containerd store and CRI-O
 * are not among them: they send what containerd and Podman send.
 */
@EndToEnd
class PrivateImagesIT {

  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final String INSECURE = "--tls-verify=false";

  private static PrivateSite site;

  @BeforeAll
  static void start(Lab lab) {
    site = lab.startPrivateSite("private");
  }

  @AfterAll
  static void stop() {
    site.close();
  }

  /** An image of the owner's, put there by his own login. */
  private static TestImage secret(Lab lab, String name) {
    TestImage image = lab.smallImage("secret-" + name);
    String path = image.repository() + ":" + image.tag();
    succeeded(
        lab.containerTools("private-push-" + name)
            .skopeo(
                "copy",
                "--src-tls-verify=false",
                "--dest-tls-verify=false",
                "--dest-creds=" + PrivateSite.OWNER,
                "docker://" + lab.registry().url().getAuthority() + "/" + path,
                "docker://" + site.registry().url().getAuthority() + "/" + path));
    return image;
  }

  private static String succeeded(Commands.Result result) {
    assertThat(result.status()).as(result.errors()).isZero();
    return result.output();
  }

  @Test
  void podmanAndSkopeoPullWithALoginUnderTheMirrorsName(Lab lab) {
    TestImage image = secret(lab, "podman");
    String mirror = site.agent().getAuthority() + "/docker.io";
    String name = mirror + "/" + image.repository() + ":" + image.tag();
    ContainerTools owner = lab.containerTools("private-podman");
    String logins = "--authfile=" + lab.folder("private-podman-logins").resolve("auth.json");
    login(owner, logins, PrivateSite.OWNER, mirror);
    succeeded(owner.podman("pull", INSECURE, logins, name));
    Path copy = lab.folder("private-skopeo-copy");
    succeeded(
        owner.skopeo("copy", "--src-tls-verify=false", logins, "docker://" + name, "dir:" + copy));
    for (TestImage.Blob blob : image.blobs()) {
      assertThat(copy.resolve(blob.hex())).hasSameBinaryContentAs(blob.file());
    }

    ContainerTools nobody = lab.containerTools("private-podman-nobody");
    String his = "--authfile=" + lab.folder("private-nobody-logins").resolve("auth.json");
    assertRefused(nobody.podman("pull", INSECURE, name));
    login(nobody, his, PrivateSite.NOBODY, mirror);
    assertRefused(nobody.podman("pull", INSECURE, his, name));
    assertRefused(
        nobody.skopeo("copy", "--src-tls-verify=false", his, "docker://" + name, "dir:" + copy));
  }

  private static void login(ContainerTools tools, String logins, String user, String registry) {
    String[] login = user.split(":");
    succeeded(tools.podman("login", INSECURE, logins, "-u", login[0], "-p", login[1], registry));
  }

  private static void assertRefused(Commands.Result result) {
    assertThat(result.status()).isNotZero();
    assertThat(result.errors()).containsAnyOf("nauthorized", "401", "403", "denied");
  }

  @Test
  void containerdPullsWithTheLoginThatItHasForTheRegistry(Lab lab) {
    TestImage image = secret(lab, "containerd");
    try (Containerd containerd = lab.startContainerd("private-containerd", site.agent())) {
      assertRefused(containerd.tryPull(image.fullName(), LIMIT));
      assertRefused(containerd.tryPullAs(PrivateSite.NOBODY, image.fullName(), LIMIT));
      AccessLog.Mark before = site.registry().accessLog().mark();
      succeeded(containerd.tryPullAs(PrivateSite.OWNER, image.fullName(), LIMIT));
      assertThat(containerd.run(image).strip()).isEqualTo(image.greeting());
      assertThat(site.registry().accessLog().blobBytesSince(before)).isNotEmpty();
      assertRefused(containerd.tryPullAs(PrivateSite.NOBODY, image.fullName(), LIMIT));
    }
  }

  @Test
  void dockerOffersItsMirrorTheLoginForDockerHub(Lab lab) {
    TestImage image = secret(lab, "docker");
    try (DockerDaemon docker = lab.startDocker("private-docker", site.agent())) {
      assertThatThrownBy(
          () -> docker.pullAs(PrivateSite.login(PrivateSite.NOBODY), image.dockerName(), LIMIT));
      docker.pullAs(PrivateSite.login(PrivateSite.OWNER), image.dockerName(), LIMIT);
      assertThat(docker.run(image).strip()).isEqualTo(image.greeting());
    }
  }

  @Test
  void aDigestAloneOpensNothing(Lab lab) {
    TestImage image = secret(lab, "digest");
    String layer = "/blobs/" + image.largestLayer().digest() + "?ns=docker.io";
    String manifest = "/manifests/" + image.digest() + "?ns=docker.io";
    String owner = site.token(PrivateSite.OWNER, image.repository());
    String nobody = site.token(PrivateSite.NOBODY, image.repository());
    String third = site.token(PrivateSite.THIRD, "third/own");
    for (URI server : new URI[] {site.agent(), site.proxy()}) {
      String own = "/v2/" + image.repository();
      assertThat(site.status(server, own + manifest, owner)).isEqualTo(200);
      assertThat(site.status(server, own + layer, owner)).isEqualTo(200);
      assertThat(site.status(server, own + layer, "")).isEqualTo(401);
      assertThat(site.status(server, own + layer, nobody)).isIn(401, 403);
      assertThat(site.status(server, own + manifest, nobody)).isIn(401, 403);
      assertThat(site.status(server, own + layer, third)).isIn(401, 403);
      assertThat(site.status(server, "/v2/third/own" + layer, third)).isEqualTo(404);
      assertThat(site.status(server, "/v2/third/own" + manifest, third)).isEqualTo(404);
    }
  }
}
