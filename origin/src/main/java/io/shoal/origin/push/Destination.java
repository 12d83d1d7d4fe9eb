package io.shoal.origin.push;

import io.shoal.core.content.Digest;
import io.shoal.oci.push.PushedManifest;
import io.shoal.oci.registry.RegistryException;
import io.shoal.origin.upstream.RepositoryRef;
import java.io.IOException;
import java.util.Optional;

/**
 * Where complete content goes that is pushed to the repositories of one registry. Blocks.
 * Thread-safe. An {@code IOException} says that this origin's own disk failed.
 */
interface Destination {

  /** Makes a blob of one repository part of another; false if it has to be sent. */
  boolean mount(RepositoryRef repository, RepositoryRef from, Digest digest)
      throws IOException, RegistryException, InterruptedException;

  /** Takes a blob that is in the store and stays there until this returns. */
  void blob(RepositoryRef repository, Digest digest)
      throws IOException, RegistryException, InterruptedException;

  /**
   * Takes a manifest.
   *
   * @param tag what shall name it from now on, if anything
   * @return the manifest that this one refers to, if it is listed there from now on
   */
  Optional<Digest> manifest(RepositoryRef repository, Optional<String> tag, PushedManifest manifest)
      throws IOException, RegistryException, InterruptedException;

  /** Forgets a tag; false if there is none. */
  boolean deleteTag(RepositoryRef repository, String tag) throws IOException, RegistryException;

  /** Forgets a manifest and the tags that name it; false if it is not there. */
  boolean deleteManifest(RepositoryRef repository, Digest digest)
      throws IOException, RegistryException;

  /** Takes a blob out of the repository; false if it is not there. */
  boolean deleteBlob(RepositoryRef repository, Digest digest) throws IOException, RegistryException;
}
