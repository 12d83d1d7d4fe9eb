package io.shoal.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.shoal.e2e.lab.AccessLog;
import io.shoal.e2e.lab.Containerd;
import io.shoal.e2e.lab.EndToEnd;
import io.shoal.e2e.lab.Lab;
import io.shoal.e2e.lab.TestImage;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** containerd, by ctr and by CRI, pointed at an agent as docs/clients.md says. */
@EndToEnd
class ContainerdIT {

  private static final Duration LIMIT = Duration.ofSeconds(60);

  @Test
  void ctrAndCriPullFromTheDefaultAndFromTheRegistryWithAFileOfItsOwn(Lab lab) {
    TestImage image = lab.smallImage("shoal-containerd");
    TestImage byCri = lab.smallImage("shoal-cri");
    lab.secondRegistry().push(image);
    lab.secondRegistry().push(byCri);
    AccessLog.Mark before = lab.registry().accessLog().mark();
    try (Containerd containerd = start(lab, "containerd-both")) {
      containerd.pull(image, LIMIT);
      assertThat(containerd.run(image).strip()).isEqualTo(image.greeting());
      containerd.pull(image.nameAt(lab.secondName()), LIMIT);
      assertThat(containerd.pullByCri(byCri.fullName(), LIMIT)).isEmpty();
      assertThat(containerd.pullByCri(byCri.nameAt(lab.secondName()), LIMIT)).isEmpty();
      lab.awaitSentOnce(image, before);
      lab.awaitSentOnce(byCri, before);

      containerd.useNoDefaultMirror();
      TestImage other = lab.smallImage("shoal-containerd-undone");
      assertThat(containerd.tryPull(other.fullName(), LIMIT).errors())
          .contains("registry-1.docker.io");
      containerd.useTheFileOfDockersStore();
      containerd.pull(other, LIMIT);
    }
  }

  @Test
  void ctrPullsWhateverLayersItKnows(Lab lab) {
    try (Containerd containerd = start(lab, "containerd-layers")) {
      for (TestImage image :
          List.of(
              lab.multiArchImage("shoal-containerd-index").here(),
              lab.sixtyLayerImage("shoal-containerd-60"),
              lab.zstdImage("shoal-containerd-zstd"))) {
        containerd.pull(image, LIMIT);
      }
      // It does not even ask for a blob of no bytes, whoever has it.
      TestImage empty = lab.emptyBlobImage("shoal-containerd-empty");
      assertThat(containerd.tryPull(empty.fullName(), LIMIT).errors())
          .contains("reports content size of zero");
    }
  }

  private static Containerd start(Lab lab, String name) {
    return lab.startContainerd(name, lab.cluster().agent(2).url());
  }
}
