using System.Runtime.CompilerServices;

namespace Akin.Kernels;

/// <summary>How methods are compiled that spend their time in a loop of their own.</summary>
public static class HotCode
{
    /// <summary>
    /// The option for <see cref="MethodImplAttribute"/>. The unoptimised first tier of the JIT, in which every vector operation is a call, is skipped; in builds that are
    /// compiled ahead for the processor at hand (<c>CompileAhead</c> in Directory.Build.props) nothing is asked for, since that would leave the method out.
    /// </summary>
#if COMPILED_AHEAD
    public const MethodImplOptions Options = 0;
#else
    public const MethodImplOptions Options = MethodImplOptions.AggressiveOptimization;
#endif
}
