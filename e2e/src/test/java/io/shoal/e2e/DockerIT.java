package io.shoal.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shoal.e2e.lab.AccessLog;
import io.shoal.e2e.lab.DockerDaemon;
import io.shoal.e2e.lab.EndToEnd;
import io.shoal.e2e.lab.Lab;
import io.shoal.e2e.lab.MultiArchImage;
import io.shoal.e2e.lab.TestImage;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Docker Engine with a graph driver, pointed at an agent as docs/clients.md says. */
@EndToEnd
class DockerIT {

  private static final Duration LIMIT = Duration.ofSeconds(60);

  @Test
  void pullsWhateverLayersItKnows(Lab lab) {
    DockerDaemon docker = lab.docker(2);
    for (TestImage image :
        List.of(lab.sixtyLayerImage("shoal-docker-60"), lab.emptyBlobImage("shoal-docker-empty"))) {
      docker.pull(image, LIMIT);
    }
    MultiArchImage image = lab.multiArchImage("shoal-docker-index");
    AccessLog.Mark before = lab.registry().accessLog().mark();
    docker.pull(image.here(), LIMIT);
    assertThat(docker.run(image.here()).strip()).isEqualTo(image.here().greeting());
    lab.awaitSentOnce(image.here(), before);
    lab.assertNotSent(image.elsewhere(), before);
  }

  /** Docker 20.10 checks the digest of what it got before it begins to unpack. */
  @Test
  void getsTheBytesOfALayerThatItCannotUnpack(Lab lab) {
    TestImage image = lab.zstdImage("shoal-docker-zstd");
    AccessLog.Mark before = lab.registry().accessLog().mark();
    DockerDaemon docker = lab.docker(2);
    assertThatThrownBy(() -> docker.pull(image, LIMIT)).hasMessageContaining("registry-1");
    assertThat(docker.log()).contains("failed to register layer: Error processing tar file");
    lab.awaitSentOnce(image, before);
  }

  @Test
  void namesAnotherRegistryThroughTheAgent(Lab lab) {
    TestImage image = lab.smallImage("shoal-docker-second");
    lab.secondRegistry().push(image);
    AccessLog.Mark before = lab.secondRegistry().accessLog().mark();
    String agent = lab.cluster().agent(2).url().getAuthority();
    lab.docker(2).pull(agent + "/" + image.nameAt(lab.secondName()), LIMIT);
    assertThat(lab.secondRegistry().accessLog().since(before)).isNotEmpty();
  }
}
