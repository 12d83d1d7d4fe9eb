package io.shoal.oci.upstream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shoal.core.content.Digest;
import io.shoal.oci.upstream.UpstreamException.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import okhttp3.HttpUrl;
import okhttp3.Request;
import okhttp3.Response;

/** What a registry says it has: tags, repositories, referrers (distribution spec, "Discovery"). */
final class Discovery {

  private static final String INDEX = "application/vnd.oci.image.index.v1+json";
  private static final int MAX_PAGE_BYTES = 16 << 20;

  /** Of referrers; a longer index would be too large for a manifest, and clients read it as one. */
  private static final int MAX_INDEX_BYTES = UpstreamRegistry.MAX_MANIFEST_BYTES;

  private static final int MAX_PAGES = 64;
  private static final Pattern NEXT = Pattern.compile("<([^>]*)>\\s*;\\s*rel=\"?next\"?.*");
  private static final ObjectMapper JSON = new ObjectMapper();

  private final UpstreamCalls calls;

  Discovery(UpstreamCalls calls) {
    this.calls = calls;
  }

  RemoteTags tags(String repository, int limit, Optional<String> last) throws UpstreamException {
    String what = "tags of " + repository;
    HttpUrl url = page(calls.url(repository, "tags", "list").newBuilder(), limit, last);
    Names names = names(what, repository, url, "tags");
    return new RemoteTags(names.names(), names.more());
  }

  RemoteCatalog catalog(int limit, Optional<String> last) throws UpstreamException {
    String prefix = calls.rules().prefix();
    // What we may read is listed together: it has the prefix, and the list is in order.
    String after = last.map(name -> prefix + name).orElse(prefix);
    for (int pages = 0; pages < MAX_PAGES; pages++) {
      HttpUrl url =
          page(
              calls.api().addPathSegment("_catalog"),
              limit,
              Optional.of(after).filter(name -> !name.isEmpty()));
      Names names = names("the catalog of " + calls.host(), "_catalog", url, "repositories");
      List<String> here =
          names.names().stream().flatMap(name -> calls.rules().here(name).stream()).toList();
      if (!names.more() || names.names().isEmpty() || !names.names().getLast().startsWith(prefix)) {
        return new RemoteCatalog(here, Optional.empty());
      }
      after = names.names().getLast();
      if (!here.isEmpty()) {
        return new RemoteCatalog(here, Optional.of(after.substring(prefix.length())));
      }
    }
    throw new UpstreamException(
        Kind.FAILED, "the catalog of " + calls.host() + " has too many names that are not for us");
  }

  private static HttpUrl page(HttpUrl.Builder url, int limit, Optional<String> last) {
    url.addQueryParameter("n", "" + limit);
    last.ifPresent(name -> url.addQueryParameter("last", name));
    return url.build();
  }

  private record Names(List<String> names, boolean more) {}

  private Names names(String what, String tokenFor, HttpUrl url, String field)
      throws UpstreamException {
    try (Response response = calls.send(what, tokenFor, new Request.Builder().url(url))) {
      if (response.code() != 200) {
        throw Answers.failure(what, response);
      }
      JsonNode listed =
          JSON.readTree(Answers.readCapped(what, response, MAX_PAGE_BYTES)).path(field);
      List<String> names = new ArrayList<>();
      listed.forEach(name -> names.add(name.asText()));
      return paged(names, url, response.header("Link") != null);
    } catch (IOException e) {
      throw Answers.unreachable(what, calls.host(), e);
    }
  }

  /**
   * The page that was asked for. Registries that do not know pages (docker-registry 2.8 for tags)
   * send everything each time, in any order: what was to come before the page, or more than fits on
   * it, gives them away. Then the list is put in order and the page is cut out here.
   */
  private static Names paged(List<String> names, HttpUrl asked, boolean more) {
    int limit = Integer.parseInt(String.valueOf(asked.queryParameter("n")));
    String last = asked.queryParameter("last");
    if (names.size() <= limit && (last == null || !names.contains(last))) {
      return new Names(names, more);
    }
    List<String> after =
        names.stream().filter(name -> last == null || name.compareTo(last) > 0).sorted().toList();
    boolean cut = after.size() > limit;
    return new Names(cut ? after.subList(0, limit) : after, cut);
  }

  ByteBuffer referrers(String repository, Digest subject) throws UpstreamException {
    String what = "referrers of " + subject + " in " + repository;
    try {
      ArrayNode found = JSON.createArrayNode();
      Optional<HttpUrl> page = Optional.of(calls.url(repository, "referrers", subject.toString()));
      int bytes = 0;
      for (int pages = 0; page.isPresent(); pages++) {
        try (Response response = calls.send(what, repository, accepting(page.get()))) {
          if (pages == 0 && hasNoReferrersApi(response)) {
            return byFallbackTag(what, repository, subject);
          }
          if (response.code() != 200) {
            throw Answers.failure(what, response);
          }
          byte[] content = Answers.readCapped(what, response, MAX_INDEX_BYTES - bytes);
          bytes += content.length;
          JSON.readTree(content).path("manifests").forEach(found::add);
          page = next(response);
        }
        if (pages == MAX_PAGES) {
          throw new UpstreamException(Kind.FAILED, what + ": more than " + MAX_PAGES + " pages");
        }
      }
      return index(found);
    } catch (IOException e) {
      throw Answers.unreachable(what, calls.host(), e);
    }
  }

  /** A registry that has the API answers 200 with an index, also for what it does not know. */
  private static boolean hasNoReferrersApi(Response response) {
    return switch (response.code()) {
      case 404, 400, 405, 501 -> true;
      case 200 -> !Answers.mediaType(response).equals(INDEX);
      default -> false;
    };
  }

  private ByteBuffer byFallbackTag(String what, String repository, Digest subject)
      throws UpstreamException, IOException {
    String hex = subject.hex().substring(0, Math.min(64, subject.hex().length()));
    String tag = subject.algorithm().ociName() + "-" + hex;
    Request.Builder request = accepting(calls.url(repository, "manifests", tag));
    try (Response response = calls.send(what, repository, request)) {
      if (response.code() == 404) {
        return index(JSON.createArrayNode());
      }
      if (response.code() != 200) {
        throw Answers.failure(what, response);
      }
      byte[] content = Answers.readCapped(what, response, MAX_INDEX_BYTES);
      return Answers.mediaType(response).equals(INDEX)
              && JSON.readTree(content).path("manifests") instanceof ArrayNode listed
          ? index(listed)
          : index(JSON.createArrayNode());
    }
  }

  private static Request.Builder accepting(HttpUrl url) {
    return new Request.Builder().url(url).header("Accept", INDEX);
  }

  /** The next page; only this registry may name it, and only one of its own. */
  private Optional<HttpUrl> next(Response response) {
    Matcher link = NEXT.matcher(Answers.header(response, "Link"));
    HttpUrl here = response.request().url();
    return link.matches()
        ? Optional.ofNullable(here.resolve(link.group(1)))
            .filter(url -> UpstreamCalls.sameServer(url, here))
        : Optional.empty();
  }

  private static ByteBuffer index(ArrayNode manifests) throws IOException {
    ObjectNode index = JSON.createObjectNode();
    index.put("schemaVersion", 2);
    index.put("mediaType", INDEX);
    index.set("manifests", manifests);
    return ByteBuffer.wrap(JSON.writeValueAsBytes(index));
  }
}
