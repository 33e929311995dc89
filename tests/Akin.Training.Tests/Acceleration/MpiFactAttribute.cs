namespace Akin.Training.Tests.Acceleration;

/// <summary>A test that starts processes with <c>mpirun</c>: skipped, with the reason shown, where there is none.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class MpiFactAttribute : FactAttribute
{
    public MpiFactAttribute() => Skip = MpiRun.ReasonToSkip;
}

/// <summary>A theory that starts processes with <c>mpirun</c>: skipped, with the reason shown, where there is none.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class MpiTheoryAttribute : TheoryAttribute
{
    public MpiTheoryAttribute() => Skip = MpiRun.ReasonToSkip;
}
