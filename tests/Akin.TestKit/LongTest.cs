namespace Akin.TestKit;

/// <summary>Tests that take minutes run a part of what they could, so that all tests together stay within minutes; all of it by hand: AKIN_TESTS=all.</summary>
public static class LongTest
{
    /// <summary>Whether everything runs.</summary>
    public static bool RunsAll => Environment.GetEnvironmentVariable("AKIN_TESTS") == "all";
}
