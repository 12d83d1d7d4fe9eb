package io.shoal.oci.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.AlphaChars;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.NumericChars;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;
import okhttp3.Headers;

class AnswersPropertiesTest {

  private static final long MOST = 1L << 50;

  @Property(tries = 300, seed = "11")
  void aContentRangeIsUnderstoodAsItIsMeant(
      @ForAll @LongRange(max = MOST) long from,
      @ForAll @LongRange(max = MOST) long more,
      @ForAll @LongRange(min = 1, max = MOST) long rest,
      @ForAll boolean lengthIsKnown) {
    long last = from + more;
    String length = lengthIsKnown ? Long.toString(last + rest) : "*";
    String header = "bytes " + from + "-" + last + "/" + length;
    assertThat(Answers.contentRange(AnyAnswer.answer(Headers.of("Content-Range", header))))
        .contains(
            new Answers.ContentRange(
                from, lengthIsKnown ? OptionalLong.of(last + rest) : OptionalLong.empty()));
  }

  @Property(tries = 500, seed = "12")
  void aChallengeIsUnderstoodAsItIsMeant(
      @ForAll @AlphaChars @NumericChars @StringLength(min = 1, max = 40) String service,
      @ForAll @AlphaChars @NumericChars @StringLength(min = 1, max = 40) String repository,
      @ForAll boolean basicToo) {
    Headers.Builder headers = new Headers.Builder();
    if (basicToo) {
      headers.add("WWW-Authenticate", "Basic realm=\"x\"");
    }
    String scope = "repository:" + repository + ":pull,push";
    headers.add(
        "WWW-Authenticate",
        "Bearer realm=\"https://%1$s/token?a=b\",service=\"%1$s\",scope=\"%2$s\""
            .formatted(service, scope));
    assertThat(Challenge.of(AnyAnswer.answer(headers.build())))
        .contains(
            new Challenge.Bearer(
                "https://" + service + "/token?a=b", Optional.of(service), Optional.of(scope)));
  }

  @Property(tries = 500, seed = "13")
  void anyHeaderIsUnderstoodOrNot(
      @ForAll @Size(max = 4) List<@StringLength(max = 80) String> values) {
    for (String value : values) {
      AnyAnswer.read(
          List.of(
              Map.entry("Content-Range", "bytes " + value),
              Map.entry("WWW-Authenticate", "Bearer " + value),
              Map.entry("Retry-After", value),
              Map.entry("RateLimit-Remaining", value),
              Map.entry("Content-Type", value)));
    }
  }
}
