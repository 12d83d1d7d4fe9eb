package io.shoal.oci.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ByteRangeTest {

  @ParameterizedTest
  @CsvSource({
    "bytes=500-1499, 500, 1500",
    "bytes=500-, 500, 3000",
    "bytes=-500, 2500, 3000",
    "bytes=2000-5000, 2000, 3000",
    "bytes=-5000, 0, 3000",
    "bytes=0-0, 0, 1",
    "bytes=2999-999999999999999999, 2999, 3000",
  })
  void findsThePart(String header, long from, long toExclusive) {
    assertThat(ByteRange.parse(header, 3000)).isEqualTo(new ByteRange.Part(from, toExclusive));
  }

  @ParameterizedTest
  @CsvSource({"bytes=3000-", "bytes=5000-10000", "bytes=-0"})
  void saysWhenNothingIsThere(String header) {
    assertThat(ByteRange.parse(header, 3000)).isEqualTo(new ByteRange.Unsatisfiable());
  }

  @ParameterizedTest
  @CsvSource({
    "''",
    "bytes=-",
    "bytes=500-0",
    "bytes=x-y",
    "items=0-1",
    "'bytes=0-1,x'",
    "'bytes=0-1,9-8'",
    "'bytes= '",
    "'bytes=,,'",
    "'items=0-1,5-6'",
    "bytes=9999999999999999999999-",
  })
  void ignoresWhatItNeedNotUnderstand(String header) {
    assertThat(ByteRange.parse(header, 3000)).isEqualTo(new ByteRange.Whole());
  }

  @ParameterizedTest
  @CsvSource({"bytes=0-", "bytes=-1"})
  void hasNoPartOfAnEmptyBlob(String header) {
    assertThat(ByteRange.parse(header, 0)).isEqualTo(new ByteRange.Unsatisfiable());
  }

  @ParameterizedTest
  @CsvSource({"bytes=4294967296-4294967297, 4294967296, 4294967298"})
  void countsBeyondTwoTo32(String header, long from, long toExclusive) {
    assertThat(ByteRange.parse(header, 5_000_000_000L))
        .isEqualTo(new ByteRange.Part(from, toExclusive));
  }

  @Test
  void findsSeveralParts() {
    assertThat(ByteRange.parse("bytes=0-0, 1000-1999,-500,,9000-", 9000))
        .isEqualTo(parts(0, 1, 1000, 2000, 8500, 9000));
  }

  @Test
  void keepsTheOrderThatWasAskedFor() {
    assertThat(ByteRange.parse("Bytes=2000-2099,0-9", 9000)).isEqualTo(parts(2000, 2100, 0, 10));
  }

  @Test
  void joinsWhatOverlapsOrNearlyTouches() {
    assertThat(ByteRange.parse("bytes=0-99,50-199,200-299,400-499", 9000))
        .isEqualTo(new ByteRange.Part(0, 500));
    assertThat(ByteRange.parse("bytes=5000-5999,0-9,4000-4999", 9000))
        .isEqualTo(parts(4000, 6000, 0, 10));
    assertThat(ByteRange.parse("bytes=" + "0-,".repeat(300) + "0-", 9000))
        .isEqualTo(new ByteRange.Part(0, 9000));
  }

  @Test
  void forgetsPartsThatDoNotExist() {
    assertThat(ByteRange.parse("bytes=0-9,9000-", 9000)).isEqualTo(new ByteRange.Part(0, 10));
    assertThat(ByteRange.parse("bytes=9000-9001,-0", 9000))
        .isEqualTo(new ByteRange.Unsatisfiable());
  }

  @Test
  void givesUpOnMorePartsThanAnybodyNeeds() {
    String most = spread(ByteRange.MAX_PARTS);
    assertThat(ByteRange.parse(most, 1 << 20)).isInstanceOf(ByteRange.Parts.class);
    assertThat(ByteRange.parse(spread(ByteRange.MAX_PARTS + 1), 1 << 20))
        .isEqualTo(new ByteRange.TooMany());
    assertThat(ByteRange.parse("bytes=" + ",".repeat(5000), 9000))
        .isEqualTo(new ByteRange.TooMany());
  }

  private static String spread(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> i * 1000 + "-" + (i * 1000 + 9))
        .collect(Collectors.joining(",", "bytes=", ""));
  }

  private static ByteRange.Parts parts(long... ends) {
    return new ByteRange.Parts(
        IntStream.range(0, ends.length / 2)
            .mapToObj(i -> new ByteRange.Part(ends[2 * i], ends[2 * i + 1]))
            .toList());
  }
}
