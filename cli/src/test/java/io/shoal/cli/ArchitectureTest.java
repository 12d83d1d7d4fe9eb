package io.shoal.cli;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/** What the poms cannot say: rules about packages, and about what pure code may call. */
class ArchitectureTest {

  private static final JavaClasses SHOAL =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          // What modules lend each other for their tests comes as a jar.
          .withImportOption(location -> !location.contains("-tests.jar"))
          .importPackages("io.shoal");

  private static final String[] PURE = {"io.shoal.swarm..", "io.shoal.simulation.."};

  /** Reads a clock, or brings randomness that no seed controls. */
  private static final Set<String> IMPURE_METHODS =
      Set.of(
          "java.lang.System.currentTimeMillis",
          "java.lang.System.nanoTime",
          "java.lang.System.getenv",
          "java.lang.System.getProperty",
          "java.lang.System.identityHashCode",
          "java.lang.Math.random",
          "java.time.Clock.system",
          "java.time.Clock.systemUTC",
          "java.time.Clock.systemDefaultZone",
          "java.time.Instant.now",
          "java.time.LocalDate.now",
          "java.time.LocalDateTime.now",
          "java.time.OffsetDateTime.now",
          "java.time.ZonedDateTime.now",
          "java.util.UUID.randomUUID",
          "java.util.Collections.shuffle",
          "java.util.random.RandomGenerator.getDefault",
          "java.util.random.RandomGenerator.of");

  /** Seeded with an argument, not seeded without. */
  private static final Set<String> SEEDED_BY_ARGUMENT =
      Set.of(
          "java.util.Random.<init>()",
          "java.util.SplittableRandom.<init>()",
          "java.util.random.RandomGeneratorFactory.create()");

  @Test
  void everyModuleIsOnTheClassPath() {
    assertThat(SHOAL.stream().map(JavaClass::getPackageName))
        .contains(
            "io.shoal.core",
            "io.shoal.swarm",
            "io.shoal.config",
            "io.shoal.client",
            "io.shoal.oci",
            "io.shoal.node",
            "io.shoal.simulation",
            "io.shoal.service",
            "io.shoal.agent",
            "io.shoal.origin",
            "io.shoal.tracker",
            "io.shoal.proxy",
            "io.shoal.cli");
  }

  @Test
  void packagesFormNoCycle() {
    slices().matching("io.(**)").should().beFreeOfCycles().check(SHOAL);
  }

  @Test
  void everyPackageIsNullMarked() {
    List<String> unmarked =
        SHOAL.stream()
            .map(JavaClass::getPackage)
            .distinct()
            .filter(p -> !p.isAnnotatedWith(NullMarked.class))
            .map(JavaPackage::getName)
            .sorted()
            .toList();
    assertThat(unmarked).as("packages whose package-info.java lacks @NullMarked").isEmpty();
  }

  @Test
  void onlyServicesAndCliKnowMicronaut() {
    noClasses()
        .that()
        .resideOutsideOfPackages(
            "io.shoal.service..",
            "io.shoal.agent..",
            "io.shoal.origin..",
            "io.shoal.tracker..",
            "io.shoal.proxy..",
            "io.shoal.cli..")
        .should()
        .dependOnClassesThat(resideInAPackage("io.micronaut.."))
        .because("a service is glue; what lies below must be testable with new")
        .check(SHOAL);
  }

  @Test
  void whatMustLastIsStoredInThreePlaces() {
    noClasses()
        .that()
        .resideOutsideOfPackages(
            "io.shoal.node..", "io.shoal.tracker.jobs..", "io.shoal.origin.delivery..")
        .should()
        .dependOnClassesThat(resideInAPackage("org.rocksdb.."))
        .because("blobs, pre-warm jobs and pushes on their way are stores of their own")
        .check(SHOAL);
  }

  @Test
  void pureCodeDoesNoInputOrOutput() {
    noClasses()
        .that()
        .resideInAnyPackage(PURE)
        .should()
        .dependOnClassesThat(
            resideInAPackage("java.io..")
                .or(resideInAPackage("java.nio.file.."))
                .or(resideInAPackage("java.nio.channels.."))
                .or(resideInAPackage("java.net..")))
        .because("swarm decides and a shell acts; the simulator is such a shell")
        .check(SHOAL);
  }

  @Test
  void pureCodeStartsNoThreads() {
    DescribedPredicate<JavaClass> concurrency =
        resideInAPackage("java.util.concurrent..")
            .and(describe("not TimeUnit", c -> !c.getSimpleName().equals("TimeUnit")))
            .or(describe("Thread", c -> c.isAssignableTo(Thread.class)));
    noClasses()
        .that()
        .resideInAnyPackage(PURE)
        .should()
        .dependOnClassesThat(concurrency)
        .because("the same events must give the same actions in every run")
        .check(SHOAL);
  }

  @Test
  void pureCodeReadsNoClockAndNoUnseededRandomness() {
    noClasses()
        .that()
        .resideInAnyPackage(PURE)
        .should()
        .accessTargetWhere(
            describe("reads a clock or unseeded randomness", ArchitectureTest::isImpure))
        .orShould()
        .dependOnClassesThat(
            describe("SecureRandom", c -> c.getName().equals("java.security.SecureRandom")))
        .because("time and randomness arrive as arguments, so that a seed replays a run")
        .check(SHOAL);
  }

  @Test
  void theSimulatorDecidesNothing() {
    noClasses()
        .that()
        .resideInAPackage("io.shoal.simulation..")
        .should()
        .implement(
            describe(
                "an interface of swarm",
                c -> c.isInterface() && c.getPackageName().startsWith("io.shoal.swarm")))
        .because(
            "what it proves must hold for the production classes; swarm has no port of a shell")
        .check(SHOAL);
  }

  @Test
  void coreIsTheBottom() {
    classes()
        .that()
        .resideInAPackage("io.shoal.core..")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage("io.shoal.core..", "java..", "org.jspecify..")
        .check(SHOAL);
  }

  private static boolean isImpure(JavaAccess<?> access) {
    String owner = access.getTargetOwner().getName();
    String name = access.getTarget().getName();
    if (owner.equals("java.util.Collections") && name.equals("shuffle")) {
      return access.getTarget().getFullName().endsWith("(java.util.List)");
    }
    return SEEDED_BY_ARGUMENT.contains(access.getTarget().getFullName())
        || IMPURE_METHODS.contains(owner + "." + name);
  }
}
