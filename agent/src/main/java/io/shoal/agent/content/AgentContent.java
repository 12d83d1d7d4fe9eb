package io.shoal.agent.content;

import io.shoal.agent.source.Admission;
import io.shoal.agent.source.BlobSource;
import io.shoal.agent.source.LayerPrefetch;
import io.shoal.agent.source.ManifestSource;
import io.shoal.client.origin.OriginException;
import io.shoal.client.origin.Origins;
import io.shoal.client.origin.RepositoryList;
import io.shoal.client.origin.TagList;
import io.shoal.core.content.Digest;
import io.shoal.oci.registry.BlobBytes;
import io.shoal.oci.registry.BlobContent;
import io.shoal.oci.registry.ContentName;
import io.shoal.oci.registry.ManifestContent;
import io.shoal.oci.registry.RegistryContent;
import io.shoal.oci.registry.RegistryErrorCode;
import io.shoal.oci.registry.RegistryException;
import io.shoal.oci.registry.RepositoryPage;
import io.shoal.oci.registry.TagPage;
import io.shoal.oci.upstream.Reader;
import io.shoal.oci.upstream.RemoteCatalog;
import io.shoal.oci.upstream.RemoteTags;
import io.shoal.oci.upstream.UpstreamDirectory;
import io.shoal.oci.upstream.UpstreamException;
import io.shoal.oci.upstream.UpstreamRegistry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** The registry as the runtime on this node sees it. */
public final class AgentContent implements RegistryContent {

  private final Admission admission;
  private final ManifestSource manifests;
  private final BlobSource blobs;
  private final Origins origins;
  private final UpstreamDirectory upstreams;
  private final Optional<LayerPrefetch> prefetch;

  /**
   * A registry that gets its content from these sources.
   *
   * @param prefetch told of what clients read, if anything is to be fetched before they ask for it
   */
  public AgentContent(
      Admission admission,
      ManifestSource manifests,
      BlobSource blobs,
      Origins origins,
      UpstreamDirectory upstreams,
      Optional<LayerPrefetch> prefetch) {
    this.prefetch = prefetch;
    this.admission = admission;
    this.manifests = manifests;
    this.blobs = blobs;
    this.origins = origins;
    this.upstreams = upstreams;
  }

  private interface Read<T> {
    T get() throws IOException, UpstreamException;
  }

  /** A failure is answered so that the runtime tries its next endpoint. */
  private <T> T answering(String upstream, RegistryErrorCode missing, String what, Read<T> read)
      throws RegistryException {
    // With another token the client may get an answer, so he is to be told to show one.
    RegistryErrorCode denied =
        admission.relays(upstream) ? RegistryErrorCode.UNAUTHORIZED : RegistryErrorCode.DENIED;
    try {
      return read.get();
    } catch (UpstreamException e) {
      throw e.kind() == UpstreamException.Kind.DENIED
          ? new RegistryException(denied, String.valueOf(e.getMessage()))
          : RegistryException.of(e, missing);
    } catch (OriginException e) {
      throw switch (e.reason()) {
        case NOT_FOUND -> new RegistryException(missing, what + ": " + e.getMessage());
        case DENIED -> new RegistryException(denied, String.valueOf(e.getMessage()));
        case UPSTREAM_FAILED, BAD_REQUEST -> unavailable(502, e);
        case UPSTREAM_UNREACHABLE -> unavailable(504, e);
        case UNAUTHORIZED, RANGE, RATE_LIMITED, INTERNAL, UNAVAILABLE -> unavailable(503, e);
      };
    } catch (IOException e) {
      throw unavailable(503, e);
    }
  }

  private static RegistryException unavailable(int status, IOException e) {
    Optional<Duration> retryAfter =
        e instanceof OriginException said ? said.retryAfter() : Optional.empty();
    return RegistryException.unavailable(status, String.valueOf(e.getMessage()), retryAfter, e);
  }

  @Override
  public ManifestContent manifest(ContentName name, String reference, List<String> accept)
      throws RegistryException {
    return answering(
        name.upstream(),
        RegistryErrorCode.MANIFEST_UNKNOWN,
        name + ":" + reference,
        () -> {
          admission.manifest(name, reference, accept);
          ManifestContent manifest = manifests.get(name, reference, accept);
          admission.read(name, manifest);
          prefetch.ifPresent(layers -> layers.manifestRead(manifest));
          return manifest;
        });
  }

  @Override
  public BlobContent blob(ContentName name, Digest digest, boolean headOnly)
      throws RegistryException {
    if (!headOnly) {
      return answering(
          name.upstream(),
          RegistryErrorCode.BLOB_UNKNOWN,
          digest.toString(),
          () -> {
            admission.blob(name, digest);
            BlobContent content = blobs.open(name, digest);
            prefetch.ifPresent(layers -> layers.blobRead(name, digest));
            return content;
          });
    }
    OptionalLong bytes =
        answering(
            name.upstream(),
            RegistryErrorCode.BLOB_UNKNOWN,
            digest.toString(),
            () -> blobBytes(name, digest));
    if (bytes.isEmpty()) {
      throw RegistryException.blobUnknown(name, digest);
    }
    return new LengthOnly(bytes.getAsLong());
  }

  private OptionalLong blobBytes(ContentName name, Digest digest)
      throws IOException, UpstreamException {
    admission.blob(name, digest);
    OptionalLong known = blobs.knownBytes(digest);
    if (known.isPresent()) {
      return known;
    }
    return originElseUpstream(
        name.reader(),
        digest.toString(),
        origin ->
            OptionalLong.of(
                origin
                    .as(name.clientToken())
                    .blobBytes(name.upstream(), name.repository(), digest)),
        registry -> registry.headBlob(name.repository(), digest));
  }

  @Override
  public TagPage tags(ContentName name, int limit, Optional<String> last) throws RegistryException {
    return answering(
        name.upstream(),
        RegistryErrorCode.NAME_UNKNOWN,
        name.toString(),
        () -> page(name, limit, last));
  }

  private TagPage page(ContentName name, int limit, Optional<String> last)
      throws IOException, UpstreamException {
    return originElseUpstream(
        name.reader(),
        name.toString(),
        origin -> {
          TagList tags =
              origin.as(name.clientToken()).tags(name.upstream(), name.repository(), limit, last);
          return new TagPage(tags.tags(), tags.more());
        },
        registry -> {
          RemoteTags tags = registry.tags(name.repository(), limit, last);
          return new TagPage(tags.tags(), tags.more());
        });
  }

  @Override
  public ByteBuffer referrers(ContentName name, Digest subject) throws RegistryException {
    return answering(
        name.upstream(),
        RegistryErrorCode.NAME_UNKNOWN,
        name.toString(),
        () ->
            originElseUpstream(
                name.reader(),
                name.toString(),
                origin ->
                    ByteBuffer.wrap(
                        origin
                            .as(name.clientToken())
                            .referrers(name.upstream(), name.repository(), subject)),
                registry -> registry.referrers(name.repository(), subject)));
  }

  @Override
  public RepositoryPage catalog(String upstream, int limit, Optional<String> last)
      throws RegistryException {
    return answering(
        upstream,
        RegistryErrorCode.NAME_UNKNOWN,
        upstream,
        () ->
            originElseUpstream(
                new Reader(upstream, "", Optional.empty()),
                upstream,
                origin -> {
                  RepositoryList page = origin.catalog(upstream, limit, last);
                  return new RepositoryPage(page.repositories(), page.last());
                },
                registry -> {
                  RemoteCatalog page = registry.catalog(limit, last);
                  return new RepositoryPage(page.repositories(), page.last());
                }));
  }

  private interface FromUpstream<T> {
    T get(UpstreamRegistry registry) throws UpstreamException;
  }

  /** An origin that says no is believed; upstream is asked only where none says anything. */
  private <T> T originElseUpstream(
      Reader reader, String key, Origins.Question<T> ofOrigin, FromUpstream<T> ofUpstream)
      throws IOException, UpstreamException {
    try {
      return origins.ask(key, ofOrigin);
    } catch (OriginException e) {
      throw e;
    } catch (IOException e) {
      return ofUpstream.get(upstreams.registry(reader).orElseThrow(() -> e));
    }
  }

  /** The answer to a HEAD. */
  private record LengthOnly(long blobBytes) implements BlobContent {

    @Override
    public CompletionStage<BlobBytes> next(long from, long toExclusive) {
      return CompletableFuture.completedFuture(new BlobBytes.InMemory(ByteBuffer.allocate(0)));
    }

    @Override
    public void close() {
      // nothing is held
    }
  }
}
