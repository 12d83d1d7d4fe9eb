package io.shoal.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.shoal.core.content.Bitfield;
import io.shoal.core.content.Digest;
import io.shoal.core.content.PieceLayout;
import io.shoal.core.reference.ImageReference;
import io.shoal.core.ring.RendezvousRing;
import io.shoal.core.units.ByteRate;
import io.shoal.core.units.ByteSize;
import io.shoal.core.units.Durations;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ValuesTest {

  private static final Digest EMPTY = Digest.sha256Of(new byte[0]);

  @Test
  void digestsAreReadStrictly() {
    assertThat(Digest.parse(EMPTY.toString())).isEqualTo(EMPTY);
    for (String bad :
        List.of(
            "",
            "sha256:",
            "sha256:abc",
            "md5:" + EMPTY.hex(),
            EMPTY.hex(),
            "sha256:" + EMPTY.hex().toUpperCase(java.util.Locale.ROOT),
            EMPTY + "0")) {
      assertThatIllegalArgumentException().as(bad).isThrownBy(() -> Digest.parse(bad));
    }
  }

  @Test
  void piecesAndExtentsCoverABlobWithoutGaps() {
    for (long bytes : new long[] {0, 1, 262_144, 262_145, 33L << 20, (256L << 20) + 1, 5L << 30}) {
      PieceLayout layout = PieceLayout.forBlob(bytes);
      long covered = 0;
      for (int piece = 0; piece < layout.pieceCount(); piece++) {
        assertThat(layout.pieceOffset(piece)).isEqualTo(covered);
        int extents = 0;
        for (int e = 0; e < layout.extentCount(piece); e++) {
          extents += layout.extentLength(piece, e * PieceLayout.EXTENT_BYTES);
        }
        assertThat(extents).isEqualTo(layout.pieceLength(piece));
        covered += extents;
      }
      assertThat(covered).isEqualTo(bytes);
    }
  }

  @Test
  void bitfieldsSurviveTheWireAndRefuseSpareBits() {
    SplittableRandom random = new SplittableRandom(7);
    for (int size : new int[] {0, 1, 7, 8, 63, 64, 65, 1000}) {
      Bitfield field = new Bitfield(size);
      List<Integer> set = new ArrayList<>();
      for (int i = 0; i < size; i++) {
        if (random.nextBoolean()) {
          field.set(i);
          set.add(i);
        }
      }
      assertThat(field.toList()).isEqualTo(set);
      assertThat(field.cardinality()).isEqualTo(set.size());
      assertThat(Bitfield.fromBytes(size, field.toBytes())).isEqualTo(field);
    }
    assertThat(Bitfield.full(65).isFull()).isTrue();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Bitfield.fromBytes(7, new byte[] {(byte) 0xff}));
  }

  @Test
  void shortImageNamesFollowDockersRules() {
    assertThat(ImageReference.parse("nginx").toString())
        .isEqualTo("docker.io/library/nginx:latest");
    assertThat(ImageReference.parse("team/app:1").toString()).isEqualTo("docker.io/team/app:1");
    assertThat(ImageReference.parse("localhost:5000/app:1").registry()).isEqualTo("localhost:5000");
    assertThat(ImageReference.parse("ghcr.io/a/b@" + EMPTY).manifestReference())
        .isEqualTo(EMPTY.toString());
    for (String bad : List.of("", "UPPER", "a//b", "a:b c", "../x", "app:-tag")) {
      assertThatIllegalArgumentException().as(bad).isThrownBy(() -> ImageReference.parse(bad));
    }
  }

  @Test
  void losingAMemberMovesOnlyItsOwnKeys() {
    List<String> members = List.of("a", "b", "c", "d", "e");
    RendezvousRing<String> all = new RendezvousRing<>(members);
    RendezvousRing<String> less = new RendezvousRing<>(List.of("e", "d", "b", "a"));
    int[] owned = new int[5];
    for (int i = 0; i < 2000; i++) {
      String key = Digest.sha256Of(("key" + i).getBytes(StandardCharsets.UTF_8)).toString();
      List<String> order = all.owners(key, 5);
      owned[members.indexOf(order.getFirst())]++;
      List<String> without = new ArrayList<>(order);
      without.remove("c");
      assertThat(less.owners(key, 5)).isEqualTo(without);
    }
    for (int count : owned) {
      assertThat(count).isBetween(300, 500);
    }
  }

  @Test
  void sizesRatesAndDurationsAreReadAsPeopleWriteThem() {
    assertThat(ByteSize.parse("64MiB").bytes()).isEqualTo(64L << 20);
    assertThat(ByteSize.parse("1.5 GB").bytes()).isEqualTo(1_500_000_000L);
    assertThat(ByteRate.parse("30MB/s").bytesPerSecond()).isEqualTo(30_000_000L);
    assertThat(Durations.parse("250ms")).isEqualTo(Duration.ofMillis(250));
    for (String bad : List.of("", "MiB", "-1", "1XB", "99999999TiB")) {
      assertThatIllegalArgumentException().as(bad).isThrownBy(() -> ByteSize.parse(bad));
    }
    assertThatIllegalArgumentException().isThrownBy(() -> ByteRate.parse("30MB"));
    assertThatIllegalArgumentException().isThrownBy(() -> Durations.parse("5 minutes"));
  }
}
