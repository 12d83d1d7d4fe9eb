package io.shoal.oci.registry;

import static org.assertj.core.api.Assertions.assertThat;

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
    "'bytes=0-1,5-6'",
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
}
