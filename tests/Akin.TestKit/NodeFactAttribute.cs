using Xunit;

namespace Akin.TestKit;

/// <summary>A test that runs published JavaScript packages: skipped, with the reason shown, where there is no Node.js with npm.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class NodeFactAttribute : FactAttribute
{
    /// <summary>Skips the test where it cannot run.</summary>
    public NodeFactAttribute() => Skip = NodePackages.ReasonToSkip;
}
