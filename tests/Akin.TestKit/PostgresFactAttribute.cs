using Xunit;

namespace Akin.TestKit;

/// <summary>A test on a real PostgreSQL: skipped, with the reason shown, where none is installed.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class PostgresFactAttribute : FactAttribute
{
    /// <summary>Skips the test where it cannot run.</summary>
    public PostgresFactAttribute() => Skip = PostgresServer.ReasonToSkip;
}

/// <summary>A theory on a real PostgreSQL: skipped, with the reason shown, where none is installed.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class PostgresTheoryAttribute : TheoryAttribute
{
    /// <summary>Skips the test where it cannot run.</summary>
    public PostgresTheoryAttribute() => Skip = PostgresServer.ReasonToSkip;
}
