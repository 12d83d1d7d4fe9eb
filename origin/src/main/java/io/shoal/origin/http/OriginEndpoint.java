package io.shoal.origin.http;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Error;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.Produces;
import io.micronaut.http.annotation.QueryValue;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.shoal.client.json.ShoalJson;
import io.shoal.client.origin.BlobAnswer;
import io.shoal.client.origin.OriginApi;
import io.shoal.client.origin.OriginReason;
import io.shoal.client.origin.RepositoryList;
import io.shoal.client.origin.TagList;
import io.shoal.core.content.Digest;
import io.shoal.core.content.PieceLayout;
import io.shoal.oci.upstream.RemoteCatalog;
import io.shoal.oci.upstream.RemoteTags;
import io.shoal.origin.fetch.BlobFetches;
import io.shoal.origin.fetch.LocalBlob;
import io.shoal.origin.manifest.FoundManifest;
import io.shoal.origin.manifest.Listings;
import io.shoal.origin.manifest.Manifests;
import io.shoal.origin.upstream.BlobRef;
import io.shoal.origin.upstream.OriginFailure;
import io.shoal.origin.upstream.Upstreams;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** What agents and registry-proxies ask, except for the bytes of blobs. */
@Controller
@ExecuteOn(TaskExecutors.BLOCKING)
final class OriginEndpoint {

  private static final int MAX_PAGE = 10_000;
  private static final int MAX_LAST = 512;

  private final Upstreams upstreams;
  private final Manifests manifests;
  private final Listings listings;
  private final BlobFetches blobs;
  private final OriginPeer self;
  private final OriginStats stats;

  OriginEndpoint(
      Upstreams upstreams,
      Manifests manifests,
      Listings listings,
      BlobFetches blobs,
      OriginPeer self,
      OriginStats stats) {
    this.upstreams = upstreams;
    this.manifests = manifests;
    this.listings = listings;
    this.blobs = blobs;
    this.self = self;
    this.stats = stats;
  }

  @Get(OriginApi.MANIFESTS)
  @Produces(MediaType.ALL)
  HttpResponse<byte[]> manifest(
      @QueryValue String upstream,
      @QueryValue String repository,
      @QueryValue String reference,
      HttpRequest<?> request)
      throws OriginFailure, InterruptedException {
    FoundManifest found =
        manifests.find(upstreams.repository(upstream, repository), reference, accepted(request));
    byte[] content = new byte[found.content().remaining()];
    found.content().get(content);
    return HttpResponse.ok(content)
        .header("Content-Type", found.mediaType())
        .header(OriginApi.DIGEST_HEADER, found.digest().toString())
        .header(OriginApi.STALE_HEADER, String.valueOf(found.stale()));
  }

  private static List<String> accepted(HttpRequest<?> request) {
    return request.getHeaders().getAll("Accept").stream()
        .flatMap(value -> Arrays.stream(value.split(",", -1)))
        .map(String::strip)
        .filter(type -> !type.isEmpty())
        .toList();
  }

  @Post(OriginApi.BLOBS + "/{digest}/open")
  @Produces(MediaType.APPLICATION_JSON)
  String open(
      String digest,
      @QueryValue String upstream,
      @QueryValue String repository,
      HttpRequest<?> request)
      throws OriginFailure, InterruptedException {
    BlobRef ref = new BlobRef(upstreams.repository(upstream, repository), parse(digest));
    try (LocalBlob blob = blobs.open(ref)) {
      PieceLayout layout = blob.layout();
      return ShoalJson.write(
          new BlobAnswer(
              layout.blobBytes(),
              layout.pieceBytes(),
              blob.epoch(),
              blob.complete(),
              self.info(request.getServerAddress())));
    }
  }

  private static Digest parse(String digest) throws OriginFailure {
    try {
      return Digest.parse(digest);
    } catch (IllegalArgumentException e) {
      throw OriginFailure.of(OriginReason.BAD_REQUEST, String.valueOf(e.getMessage()), e);
    }
  }

  @Get(OriginApi.TAGS)
  @Produces(MediaType.APPLICATION_JSON)
  String tags(
      @QueryValue String upstream,
      @QueryValue String repository,
      @QueryValue(defaultValue = "1000") int n,
      @QueryValue Optional<String> last)
      throws OriginFailure {
    RemoteTags page =
        listings.tags(upstreams.repository(upstream, repository), pageSize(n, last), last);
    return ShoalJson.write(new TagList(page.tags(), page.more()));
  }

  @Get(OriginApi.REFERRERS)
  @Produces(MediaType.APPLICATION_JSON)
  byte[] referrers(
      @QueryValue String upstream, @QueryValue String repository, @QueryValue String digest)
      throws OriginFailure, InterruptedException {
    ByteBuffer index =
        listings.referrers(upstreams.repository(upstream, repository), parse(digest));
    byte[] bytes = new byte[index.remaining()];
    index.get(bytes);
    return bytes;
  }

  @Get(OriginApi.CATALOG)
  @Produces(MediaType.APPLICATION_JSON)
  String catalog(
      @QueryValue String upstream,
      @QueryValue(defaultValue = "1000") int n,
      @QueryValue Optional<String> last)
      throws OriginFailure {
    RemoteCatalog page = listings.catalog(upstream, pageSize(n, last), last);
    return ShoalJson.write(new RepositoryList(page.repositories(), page.last()));
  }

  private static int pageSize(int n, Optional<String> last) throws OriginFailure {
    if (n < 1 || last.filter(name -> name.length() > MAX_LAST).isPresent()) {
      throw OriginFailure.of(OriginReason.BAD_REQUEST, "n is at least 1, and last is a name");
    }
    return Math.min(n, MAX_PAGE);
  }

  @Get("/shoal/v1/stats")
  @Produces(MediaType.APPLICATION_JSON)
  String stats() {
    return ShoalJson.write(stats.totals());
  }

  @Error
  HttpResponse<String> failed(OriginFailure failure) {
    return Errors.response(failure);
  }
}
