using System.Globalization;
using Akin.Kernels;
using Akin.Kernels.TierProbe;

// "sweep TIER STRIDE [FUNCTION…]" tries the functions at all floats (stride 1) and prints the largest errors.
if (args is ["sweep", string tierName, string stride, .. string[] names])
{
    return MathSweep.Run(Enum.Parse<KernelTier>(tierName, ignoreCase: true), int.Parse(stride, CultureInfo.InvariantCulture), names) ? 0 : 1;
}

// Run by the tests with instruction sets switched off: the tier must really be the expected one, and every check must hold on it.
KernelTier expected = Enum.Parse<KernelTier>(args[0]);
Check.Require(KernelTable.Tier == expected, $"The tier is {KernelTable.Tier}, expected {expected}.");
Check.Require(!Enum.GetValues<KernelTier>().Any(tier => tier > expected && KernelTable.IsSupported(tier)), "A wider tier is still on.");
foreach (Action<KernelTier> check in TierChecks.All)
{
    check(expected);
}

Console.WriteLine($"{expected}: {TierChecks.All.Count} checks hold.");
return 0;
