package io.shoal.tracker.jobs;

import io.shoal.client.prewarm.JobPreview;
import io.shoal.client.prewarm.JobRequest;
import io.shoal.client.prewarm.NodeNeed;
import io.shoal.client.tracker.AgentMessage.Estimated;
import io.shoal.client.tracker.TrackerMessage;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Finds out where a job would run and what it would fetch: asks the agents, for they know what they
 * have. Thread-safe; {@link #preview} blocks until all have answered or it has waited long enough.
 */
public final class Previews {

  private static final int MAX_AT_ONCE = 16;

  private final Duration limit;
  private final Map<String, Question> open = new HashMap<>();

  /**
   * @param limit how long agents may think
   */
  public Previews(Duration limit) {
    this.limit = limit;
  }

  /** Tells agents something. */
  public interface Agents {
    /** Those of the nodes to which it could be sent. */
    Set<String> tell(List<String> nodes, TrackerMessage message);
  }

  /** One question to many agents. The map is guarded by the question itself. */
  private static final class Question {
    final Map<String, Estimated> answers = new HashMap<>();
    final Set<String> awaited;
    final CompletableFuture<Boolean> over = new CompletableFuture<>();

    Question(List<String> nodes) {
      awaited = new HashSet<>(nodes);
    }

    synchronized void answered(String node, Estimated answer) {
      if (awaited.remove(node)) {
        answers.put(node, answer);
        endIfAnswered();
      }
    }

    /** From others no answer will come. */
    synchronized void awaitOnly(Set<String> told) {
      awaited.retainAll(told);
      endIfAnswered();
    }

    private void endIfAnswered() {
      if (awaited.isEmpty()) {
        over.complete(true);
      }
    }

    synchronized Map<String, Estimated> soFar() {
      return Map.copyOf(answers);
    }
  }

  /** Where a job would run. */
  public JobPreview preview(JobRequest request, List<FleetNode> fleet, Agents agents)
      throws JobException {
    List<String> nodes = Jobs.selected(request, fleet).stream().map(FleetNode::name).toList();
    String id = UUID.randomUUID().toString();
    Question question = new Question(nodes);
    synchronized (open) {
      if (open.size() >= MAX_AT_ONCE) {
        throw new JobException(
            JobException.Kind.UNAVAILABLE, MAX_AT_ONCE + " such questions are open: ask again");
      }
      open.put(id, question);
    }
    try {
      Set<String> told =
          agents.tell(
              nodes,
              new TrackerMessage.Estimate(
                  id, request.images(), request.platform(), request.credentials()));
      question.awaitOnly(told);
      question.over.completeOnTimeout(false, limit.toMillis(), TimeUnit.MILLISECONDS).join();
      Map<String, Estimated> answers = question.soFar();
      return new JobPreview(
          nodes.stream().map(node -> need(node, told, answers.get(node))).toList());
    } finally {
      synchronized (open) {
        open.remove(id);
      }
    }
  }

  private NodeNeed need(String node, Set<String> told, @Nullable Estimated answer) {
    if (answer != null && answer.reason().isEmpty()) {
      return new NodeNeed(
          node,
          Optional.of(answer.bytesNeeded()),
          Optional.of(answer.bytesTotal()),
          Optional.empty());
    }
    String reason =
        answer != null
            ? answer.reason()
            : told.contains(node)
                ? "its agent has not answered within " + limit.toSeconds() + " s"
                : "its agent is not connected";
    return new NodeNeed(node, Optional.empty(), Optional.empty(), Optional.of(reason));
  }

  /** An agent answers. */
  public void answered(String node, Estimated answer) {
    Question question;
    synchronized (open) {
      question = open.get(answer.questionId());
    }
    if (question != null) {
      question.answered(node, answer);
    }
  }
}
