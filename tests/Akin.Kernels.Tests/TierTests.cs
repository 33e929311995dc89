using System.Diagnostics;
using Akin.Kernels.TierProbe;

namespace Akin.Kernels.Tests;

/// <summary>Every tier against the scalar reference, in this process and in processes whose instruction sets are switched off.</summary>
public class TierTests
{
    /// <summary>Runtime switches and the tier they leave on an x64 processor that has everything.</summary>
    private static readonly (string Variable, KernelTier Ceiling)[] Switches =
    [
        ("DOTNET_EnableAVX512", KernelTier.Avx2),
        ("DOTNET_EnableAVX2", KernelTier.Vector128),
        ("DOTNET_EnableHWIntrinsic", KernelTier.Scalar),
    ];

    public static TheoryData<KernelTier, int> SupportedChecks()
    {
        TheoryData<KernelTier, int> data = [];
        foreach (KernelTier tier in Enum.GetValues<KernelTier>().Where(KernelTable.IsSupported))
        {
            for (int check = 0; check < TierChecks.All.Count; check++)
            {
                data.Add(tier, check);
            }
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(SupportedChecks))]
    public void Tier_OnThisProcessor_PassesCheck(KernelTier tier, int check) => TierChecks.All[check](tier);

    [Theory]
    [InlineData("DOTNET_EnableAVX512")]
    [InlineData("DOTNET_EnableAVX2")]
    [InlineData("DOTNET_EnableHWIntrinsic")]
    public void Tier_WithInstructionsSwitchedOff_PassesEveryCheck(string variable)
    {
        KernelTier ceiling = Switches.Single(entry => entry.Variable == variable).Ceiling;
        KernelTier expected = (KernelTier)Math.Min((int)ceiling, (int)KernelTable.Tier);
        (int exitCode, string output) = RunProbe(expected.ToString(), (variable, "0"));
        Assert.True(exitCode == 0, output);
        Assert.StartsWith($"{expected}: ", output);
    }

    [Theory]
    [InlineData("scalar", KernelTier.Scalar)]
    [InlineData("vector128", KernelTier.Vector128)]
    [InlineData("Avx2", KernelTier.Avx2)]
    [InlineData(" AVX512 ", KernelTier.Avx512)]
    public void Choose_NamedTier_IsTakenOrRefused(string name, KernelTier tier)
    {
        if (KernelTable.IsSupported(tier))
        {
            Assert.Equal(tier, KernelTable.Choose(name));
        }
        else
        {
            Assert.Contains("lacks it", Assert.Throws<KernelSettingException>(() => KernelTable.Choose(name)).Message);
        }
    }

    [Fact]
    public void Choose_UnknownName_ListsTheTiers()
    {
        string message = Assert.Throws<KernelSettingException>(() => KernelTable.Choose("sse9")).Message;
        Assert.Contains("sse9", message);
        Assert.Contains("scalar, vector128, avx2 or avx512", message);
    }

    [Fact]
    public void Tier_ForcedByEnvironment_IsUsed()
    {
        (int exitCode, string output) = RunProbe("Scalar", (KernelTable.EnvironmentVariable, "vector128"));
        Assert.NotEqual(0, exitCode);
        Assert.Contains("The tier is Vector128, expected Scalar", output);
    }

    private static (int ExitCode, string Output) RunProbe(string argument, params (string Name, string Value)[] environment)
    {
        ProcessStartInfo start = new(Environment.ProcessPath is { } host && Path.GetFileNameWithoutExtension(host) == "dotnet" ? host : "dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.ArgumentList.Add(typeof(TierChecks).Assembly.Location);
        start.ArgumentList.Add(argument);
        foreach ((string name, string value) in environment)
        {
            start.Environment[name] = value;
        }

        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output + error.GetAwaiter().GetResult());
    }
}
