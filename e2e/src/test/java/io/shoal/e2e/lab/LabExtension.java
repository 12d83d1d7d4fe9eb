package io.shoal.e2e.lab;

import java.util.Optional;
import org.junit.jupiter.api.extension.AfterTestExecutionCallback;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** What {@link EndToEnd} does. */
final class LabExtension
    implements ExecutionCondition, ParameterResolver, AfterTestExecutionCallback {

  private static final ExtensionContext.Namespace LAB =
      ExtensionContext.Namespace.create(LabExtension.class);

  @Override
  public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
    Optional<String> missing = Prerequisites.missing();
    if (missing.isEmpty()) {
      return ConditionEvaluationResult.enabled("everything these tests need is here");
    }
    String reason = "the end-to-end tests cannot run here: " + missing.get();
    if ("true".equals(System.getenv("CI"))) {
      throw new IllegalStateException(reason);
    }
    if (context.getTestMethod().isEmpty()) {
      System.err.println(context.getDisplayName() + " skipped: " + reason);
    }
    return ConditionEvaluationResult.disabled(reason);
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == Lab.class;
  }

  /** The root's store closes the lab when all classes are through. */
  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return context
        .getRoot()
        .getStore(LAB)
        .getOrComputeIfAbsent(Lab.class, key -> Lab.open(), Lab.class);
  }

  @Override
  public void afterTestExecution(ExtensionContext context) {
    if (context.getExecutionException().isPresent()) {
      System.err.println(
          context.getDisplayName()
              + " failed; the programs' logs end with:\n"
              + Program.tailsOfAll());
    }
  }
}
