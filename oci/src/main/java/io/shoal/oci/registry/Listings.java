package io.shoal.oci.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.netty.buffer.ByteBufInputStream;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.shoal.core.content.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Content discovery (distribution spec): tags, referrers, and the catalog. */
final class Listings {

  static final String INDEX = "application/vnd.oci.image.index.v1+json";

  private static final int DEFAULT_PAGE = 1000;
  private static final int MAX_PAGE = 10_000;

  /** Longer than any name: what a page begins after need not exist, but is no essay either. */
  private static final int MAX_LAST = 512;

  private final RegistryContent content;

  Listings(RegistryContent content) {
    this.content = content;
  }

  /** {@code tags/list}; asked is the repository as the client calls it. */
  Answer tags(
      HttpRequest request, QueryStringDecoder uri, HttpHeaders headers, String asked, ContentName n)
      throws RegistryException, InterruptedException {
    int limit = limit(uri);
    TagPage page = limit == 0 ? new TagPage(List.of(), false) : content.tags(n, limit, last(uri));
    if (page.more() && !page.tags().isEmpty()) {
      link(headers, uri, "/v2/" + asked + "/tags/list", limit, page.tags().getLast());
    }
    return Bodies.memory(
        headers,
        request,
        "application/json",
        Bodies.json(Map.of("name", asked, "tags", page.tags())));
  }

  /** {@code _catalog}. */
  Answer catalog(HttpRequest request, QueryStringDecoder uri, HttpHeaders headers, String upstream)
      throws RegistryException, InterruptedException {
    int limit = limit(uri);
    RepositoryPage page =
        limit == 0
            ? new RepositoryPage(List.of(), Optional.empty())
            : content.catalog(upstream, limit, last(uri));
    page.last().ifPresent(last -> link(headers, uri, "/v2/_catalog", limit, last));
    return Bodies.memory(
        headers,
        request,
        "application/json",
        Bodies.json(Map.of("repositories", page.repositories())));
  }

  /** {@code referrers}. */
  Answer referrers(
      HttpRequest request,
      QueryStringDecoder uri,
      HttpHeaders headers,
      ContentName name,
      Digest subject)
      throws RegistryException, InterruptedException {
    ByteBuffer index = content.referrers(name, subject);
    Optional<String> artifactType = parameter(uri, "artifactType").filter(type -> !type.isEmpty());
    if (artifactType.isPresent()) {
      index = filtered(index, artifactType.get());
      headers.set("OCI-Filters-Applied", "artifactType");
    }
    return Bodies.memory(headers, request, INDEX, index);
  }

  private static ByteBuffer filtered(ByteBuffer index, String artifactType)
      throws RegistryException {
    try (InputStream in = new ByteBufInputStream(Unpooled.wrappedBuffer(index))) {
      if (!(Bodies.JSON.readTree(in) instanceof ObjectNode all)) {
        throw new IOException("no object");
      }
      ArrayNode matching = Bodies.JSON.createArrayNode();
      for (JsonNode descriptor : all.path("manifests")) {
        if (artifactType.equals(descriptor.path("artifactType").asText())) {
          matching.add(descriptor);
        }
      }
      all.set("manifests", matching);
      return Bodies.json(all);
    } catch (IOException e) {
      throw RegistryException.unavailable(
          502, "upstream's list of referrers is no image index", Optional.empty(), e);
    }
  }

  private static int limit(QueryStringDecoder uri) throws RegistryException {
    String n = parameter(uri, "n").orElse("" + DEFAULT_PAGE);
    if (!n.matches("\\d{1,9}")) {
      throw new RegistryException(
          RegistryErrorCode.PARAMETER_INVALID, "n must be a number, not '" + n + "'");
    }
    return Math.min(Integer.parseInt(n), MAX_PAGE);
  }

  private static Optional<String> last(QueryStringDecoder uri) throws RegistryException {
    Optional<String> last = parameter(uri, "last").filter(text -> !text.isEmpty());
    if (last.isPresent() && last.get().length() > MAX_LAST) {
      throw new RegistryException(
          RegistryErrorCode.PARAMETER_INVALID, "last is longer than " + MAX_LAST + " characters");
    }
    return last;
  }

  private static void link(
      HttpHeaders headers, QueryStringDecoder uri, String path, int limit, String last) {
    String ns = parameter(uri, "ns").map(host -> "&ns=" + encoded(host)).orElse("");
    headers.set(
        "Link", "<%s?n=%d&last=%s%s>; rel=\"next\"".formatted(path, limit, encoded(last), ns));
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  static Optional<String> parameter(QueryStringDecoder uri, String name) {
    return uri.parameters().getOrDefault(name, List.of()).stream().findFirst();
  }
}
