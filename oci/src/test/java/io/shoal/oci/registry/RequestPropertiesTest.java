package io.shoal.oci.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.shoal.core.content.Digest;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.StringLength;

class RequestPropertiesTest {

  @Property(tries = 500, seed = "21")
  void aRouteIsReadAsItWasWritten(
      @ForAll("repositories") String name, @ForAll byte[] content, @ForAll("words") String tag) {
    String digest = Digest.sha256Of(content).toString();
    String start = "/v2/" + name;
    assertThat(RegistryRoute.parse(start + "/blobs/" + digest))
        .isEqualTo(new RegistryRoute.Blob(name, digest));
    assertThat(RegistryRoute.parse(start + "/manifests/" + tag))
        .isEqualTo(new RegistryRoute.Manifest(name, tag));
    assertThat(RegistryRoute.parse(start + "/referrers/" + digest))
        .isEqualTo(new RegistryRoute.Referrers(name, digest));
    assertThat(RegistryRoute.parse(start + "/tags/list"))
        .isEqualTo(new RegistryRoute.TagList(name));
  }

  /** Parts of names include the words that routes are told apart by. */
  @Provide
  Arbitrary<String> words() {
    return Arbitraries.oneOf(
        Arbitraries.of("blobs", "manifests", "tags", "list", "referrers", "v2", "uploads"),
        Arbitraries.strings().withCharRange('a', 'z').numeric().ofMinLength(1).ofMaxLength(12));
  }

  @Provide
  Arbitrary<String> repositories() {
    return words().list().ofMinSize(1).ofMaxSize(5).map(parts -> String.join("/", parts));
  }

  @Property(tries = 1000, seed = "23")
  void anyAddressAndRangeAreAnswered(
      @ForAll @StringLength(max = 60) String address,
      @ForAll @StringLength(max = 40) String range,
      @ForAll @IntRange(max = 3) int kind) {
    String uri =
        List.of(
                "/v2/" + address,
                "/v2/a/blobs/" + AnyRequest.DIGEST,
                "/v2/a/tags/list?" + address,
                "/v2/a/manifests/" + address)
            .get(kind);
    Map<String, String> headers = Map.of("Range", "bytes=" + range, "If-None-Match", address);
    AnyRequest.read(AnyRequest.request("GET", uri, headers));
    AnyRequest.read(AnyRequest.request("HEAD", uri, headers));
  }
}
