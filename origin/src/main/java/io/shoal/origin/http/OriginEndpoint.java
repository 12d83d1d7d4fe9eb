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
import io.shoal.client.origin.RightAnswer;
import io.shoal.client.origin.TagList;
import io.shoal.core.content.Digest;
import io.shoal.core.content.PieceLayout;
import io.shoal.oci.upstream.RemoteCatalog;
import io.shoal.oci.upstream.RemoteTags;
import io.shoal.origin.delivery.Deliveries;
import io.shoal.origin.fetch.BlobFetches;
import io.shoal.origin.fetch.LocalBlob;
import io.shoal.origin.manifest.FoundManifest;
import io.shoal.origin.manifest.Listings;
import io.shoal.origin.manifest.Manifests;
import io.shoal.origin.upstream.Admission;
import io.shoal.origin.upstream.BlobRef;
import io.shoal.origin.upstream.OriginFailure;
import io.shoal.origin.upstream.RepositoryRef;
import io.shoal.origin.upstream.Upstreams;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** What agents and registry-proxies ask, except for the bytes of blobs. */
@Controller
@ExecuteOn(TaskExecutors.BLOCKING)
final class OriginEndpoint {

  private static final int MAX_PAGE = 10_000;
  private static final int MAX_LAST = 512;
  private static final int SHOWN_DELIVERIES = 1000;

  private final Upstreams upstreams;
  private final Admission admission;
  private final Manifests manifests;
  private final Listings listings;
  private final BlobFetches blobs;
  private final Deliveries deliveries;
  private final OriginPeer self;
  private final OriginStats stats;

  OriginEndpoint(
      Upstreams upstreams,
      Admission admission,
      Manifests manifests,
      Listings listings,
      BlobFetches blobs,
      Deliveries deliveries,
      OriginPeer self,
      OriginStats stats) {
    this.upstreams = upstreams;
    this.admission = admission;
    this.manifests = manifests;
    this.listings = listings;
    this.blobs = blobs;
    this.deliveries = deliveries;
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
    RepositoryRef ref = repository(upstream, repository, request);
    admission.manifest(ref, reference, accepted(request));
    FoundManifest found = manifests.find(ref, reference, accepted(request));
    admission.read(ref, found.digest(), found.content());
    byte[] content = new byte[found.content().remaining()];
    found.content().get(content);
    return HttpResponse.ok(content)
        .header("Content-Type", found.mediaType())
        .header(OriginApi.DIGEST_HEADER, found.digest().toString())
        .header(OriginApi.STALE_HEADER, String.valueOf(found.stale()));
  }

  private RepositoryRef repository(String upstream, String repository, HttpRequest<?> request)
      throws OriginFailure {
    String client = request.getHeaders().get(OriginApi.CLIENT_HEADER, String.class, "");
    return upstreams.repository(upstream, repository, client);
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
    BlobRef ref = new BlobRef(repository(upstream, repository, request), parse(digest));
    admission.blob(ref);
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

  /** Accept is what the client understands of manifests, and says nothing of this answer. */
  @Get(OriginApi.RIGHTS)
  @Produces(MediaType.ALL)
  HttpResponse<String> right(
      @QueryValue String upstream,
      @QueryValue String repository,
      @QueryValue Optional<String> manifest,
      @QueryValue Optional<String> blob,
      HttpRequest<?> request)
      throws OriginFailure {
    RepositoryRef ref = repository(upstream, repository, request);
    if (manifest.isPresent() == blob.isPresent()) {
      throw OriginFailure.of(OriginReason.BAD_REQUEST, "a right is to a manifest, or to a blob");
    }
    Duration age =
        manifest.isPresent()
            ? admission.manifest(ref, manifest.get(), accepted(request))
            : admission.blob(new BlobRef(ref, parse(blob.orElseThrow())));
    return HttpResponse.ok(ShoalJson.write(new RightAnswer(age)))
        .header("Content-Type", MediaType.APPLICATION_JSON);
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
      @QueryValue Optional<String> last,
      HttpRequest<?> request)
      throws OriginFailure {
    RemoteTags page =
        listings.tags(repository(upstream, repository, request), pageSize(n, last), last);
    return ShoalJson.write(new TagList(page.tags(), page.more()));
  }

  @Get(OriginApi.REFERRERS)
  @Produces(MediaType.APPLICATION_JSON)
  byte[] referrers(
      @QueryValue String upstream,
      @QueryValue String repository,
      @QueryValue String digest,
      HttpRequest<?> request)
      throws OriginFailure, InterruptedException {
    ByteBuffer index = listings.referrers(repository(upstream, repository, request), parse(digest));
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

  @Get(OriginApi.DELIVERIES)
  @Produces(MediaType.APPLICATION_JSON)
  String deliveries() {
    return ShoalJson.write(deliveries.list(SHOWN_DELIVERIES));
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
