package io.shoal.agent.http;

import java.util.List;
import java.util.Map;

/**
 * One blob as this node has it.
 *
 * @param state stored, arriving or verified
 * @param blobBytes its length
 * @param pieces number of pieces
 * @param piecesHave pieces attested
 * @param recoveredPieces of these, found good on disk after a restart
 * @param requestedPieces pieces that began to arrive over links in this run
 * @param failedPieces pieces that did not match
 * @param bytesBySource attested bytes by where they came from
 */
public record BlobView(
    String state,
    long blobBytes,
    int pieces,
    int piecesHave,
    List<Integer> recoveredPieces,
    List<Integer> requestedPieces,
    int failedPieces,
    Map<String, Long> bytesBySource) {

  /** Defensive copy. */
  public BlobView {
    recoveredPieces = List.copyOf(recoveredPieces);
    requestedPieces = List.copyOf(requestedPieces);
    bytesBySource = Map.copyOf(bytesBySource);
  }
}
