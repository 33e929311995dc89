using Xunit;

namespace Akin.TestKit;

/// <summary>A test that starts processes with <c>mpirun</c>: skipped, with the reason shown, where there is none.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class MpiFactAttribute : FactAttribute
{
    /// <summary>Skips the test where it cannot run.</summary>
    public MpiFactAttribute() => Skip = Mpi.ReasonToSkip;
}

/// <summary>A theory that starts processes with <c>mpirun</c>: skipped, with the reason shown, where there is none.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class MpiTheoryAttribute : TheoryAttribute
{
    /// <summary>Skips the test where it cannot run.</summary>
    public MpiTheoryAttribute() => Skip = Mpi.ReasonToSkip;
}
