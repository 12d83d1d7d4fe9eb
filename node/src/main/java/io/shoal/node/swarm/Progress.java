package io.shoal.node.swarm;

import java.util.List;
import java.util.Map;

/**
 * How far a torrent is on this node.
 *
 * @param pieces number of pieces of the blob
 * @param attestedPieces pieces here that match their states
 * @param recoveredPieces of these, found good on disk after a restart
 * @param requestedPieces pieces that began to arrive over a link in this run, ascending
 * @param failedPieces pieces that did not match
 * @param bytesBySource attested bytes by where they came from
 * @param sentBytes payload sent to peers
 * @param receivedBytes payload that came in, whatever became of it
 * @param verified whether the whole digest has matched
 */
public record Progress(
    int pieces,
    int attestedPieces,
    List<Integer> recoveredPieces,
    List<Integer> requestedPieces,
    int failedPieces,
    Map<ByteSource, Long> bytesBySource,
    long sentBytes,
    long receivedBytes,
    boolean verified) {

  public Progress {
    recoveredPieces = List.copyOf(recoveredPieces);
    requestedPieces = List.copyOf(requestedPieces);
    bytesBySource = Map.copyOf(bytesBySource);
  }
}
