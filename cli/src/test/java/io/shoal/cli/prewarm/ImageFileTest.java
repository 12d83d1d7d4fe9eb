package io.shoal.cli.prewarm;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ImageFileTest {

  @Test
  void readsAListWithComments() {
    String text =
        """
        # ours
        quay.io/org/app:1   # the app
        redis:7

        quay.io/org/app:1
        """;
    assertThat(ImageFile.images(text)).containsExactly("quay.io/org/app:1", "redis:7");
  }

  @Test
  void readsEveryContainerOfKubernetesManifests() {
    String text =
        """
        kind: ConfigMap
        data: {image: not-one}
        ---
        kind: Deployment
        spec:
          template:
            spec:
              initContainers:
                - {name: init, image: "busybox:1"}
              containers:
                - name: app
                  image: quay.io/org/app:2
                - name: side
                  image: busybox:1
        """;
    assertThat(ImageFile.images(text)).containsExactly("busybox:1", "quay.io/org/app:2");
  }

  @Test
  void anEmptyFileNamesNothing() {
    assertThat(ImageFile.images("# nothing\n")).isEmpty();
  }
}
