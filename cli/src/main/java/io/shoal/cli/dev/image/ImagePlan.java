package io.shoal.cli.dev.image;

import io.shoal.core.content.Digest;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * What image to generate. Equal plans give equal images.
 *
 * @param layerBytes roughly how large each layer becomes, base layer first; at least 16 KiB each
 * @param seed of the random bytes in the layers' files
 * @param osArch the machine it shall run on, as {@code os.arch} names it
 */
public record ImagePlan(List<Long> layerBytes, long seed, String osArch) {

  private static final long SMALLEST_LAYER_BYTES = 16 << 10;

  /** Counts up when the same plan would give different bytes, so that no old image is reused. */
  private static final int FORMAT = 1;

  public ImagePlan {
    layerBytes = List.copyOf(layerBytes);
    if (layerBytes.isEmpty() || layerBytes.stream().anyMatch(b -> b < SMALLEST_LAYER_BYTES)) {
      throw new IllegalArgumentException(
          "an image has layers of at least " + SMALLEST_LAYER_BYTES + " bytes: " + layerBytes);
    }
  }

  /**
   * About 300 MB in eight layers, the large ones at the bottom as in real images. That also makes
   * the first byte of the first layer a fair measure: whoever buffers whole layers is late.
   */
  public static ImagePlan standard() {
    return of(
        List.of(
            120_000_000L,
            64_000_000L,
            48_000_000L,
            32_000_000L,
            20_000_000L,
            10_000_000L,
            5_000_000L,
            200_000L));
  }

  /**
   * Layers of these sizes for the machine this is.
   *
   * @throws IllegalArgumentException if one is too small
   */
  public static ImagePlan of(List<Long> layerBytes) {
    return new ImagePlan(layerBytes, 2026, System.getProperty("os.arch", "amd64"));
  }

  /** A small image of other content, to be pulled before anything is measured. */
  public static ImagePlan warmUp() {
    return new ImagePlan(
        List.of(64_000_000L, 24_000_000L, 8_000_000L, 300_000L),
        2027,
        System.getProperty("os.arch", "amd64"));
  }

  /** A short name for the image of this plan, fit for a directory. */
  String fingerprint() {
    String plan = FORMAT + " " + this;
    return Digest.sha256Of(plan.getBytes(StandardCharsets.UTF_8)).shortHex();
  }
}
