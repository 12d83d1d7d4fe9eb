package io.shoal.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.shoal.e2e.lab.AccessLog;
import io.shoal.e2e.lab.CentralRegistry;
import io.shoal.e2e.lab.Containerd;
import io.shoal.e2e.lab.DockerDaemon;
import io.shoal.e2e.lab.EndToEnd;
import io.shoal.e2e.lab.Lab;
import io.shoal.e2e.lab.TestImage;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/**
 * The laboratory itself, without Shoal: what fails here is not Shoal's fault. The daemons' mirror
 * is the registry, as it is for everyone who has no Shoal yet.
 */
@EndToEnd
class RegistryMirrorIT {

  private static final Duration LIMIT = Duration.ofSeconds(60);

  @Test
  void dockerPullsFromItsMirrorAndTheAccessLogCountsEveryBlob(Lab lab) {
    TestImage image = lab.mediumImage("shoal-plain");
    CentralRegistry registry = lab.registry();
    AccessLog.Mark before = registry.accessLog().mark();
    try (DockerDaemon docker = lab.startDocker("docker-plain", registry.url())) {
      docker.pull(image, LIMIT);
      assertThat(docker.run(image).strip()).isEqualTo(image.greeting());
    }
    lab.awaitSentOnce(image, before);
  }

  @Test
  void containerdPullsFromTheHostOfItsHostsFile(Lab lab) {
    TestImage image = lab.mediumImage("shoal-plain");
    try (Containerd containerd = lab.startContainerd("containerd-plain", lab.registry().url())) {
      containerd.pull(image, LIMIT);
      assertThat(containerd.run(image).strip()).isEqualTo(image.greeting());
    }
  }
}
