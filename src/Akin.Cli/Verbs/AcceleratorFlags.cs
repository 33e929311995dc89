using System.CommandLine;

namespace Akin.Cli.Verbs;

/// <summary>
/// The flags of the Python scripts that choose hardware: taken when they ask for nothing, so that a command line can be kept as it is, and refused by name when they
/// ask for a TPU, half precision or several processes.
/// </summary>
internal sealed class AcceleratorFlags
{
    private readonly Option<PythonBoolean?> _useTpu = Hidden(PythonBoolean.Option("--use_tpu", ""));
    private readonly Option<PythonBoolean?> _fp16 = Hidden(PythonBoolean.Option("--fp16", ""));
    private readonly Option<int> _localRank = Hidden(new Option<int>("--local_rank") { DefaultValueFactory = _ => -1 });
    private readonly Option<string?>[] _places = [.. new[] { "--tpu_name", "--tpu_zone", "--gcp_project", "--master" }.Select(name => Hidden(new Option<string?>(name)))];
    private readonly Option[] _idle =
        [Hidden(new Option<int>("--iterations_per_loop")), Hidden(new Option<int>("--num_tpu_cores")), Hidden(new Option<double>("--loss_scale")), Hidden(PythonBoolean.Option("--no_cuda", ""))];

    public void AddTo(Command verb)
    {
        foreach (Option option in (IEnumerable<Option>)[_useTpu, _fp16, _localRank, .. _places, .. _idle])
        {
            verb.Add(option);
        }
    }

    public void RefuseWhatIsAskedFor(ParseResult arguments)
    {
        string? asked = arguments.GetValue(_useTpu) is { IsTrue: true } ? "--use_tpu asks for a TPU"
            : arguments.GetValue(_fp16) is { IsTrue: true } ? "--fp16 asks for half precision"
            : arguments.GetValue(_localRank) is not -1 and var rank ? $"--local_rank={rank} asks for several processes"
            : _places.FirstOrDefault(place => arguments.GetValue(place) is { Length: > 0 }) is { } found ? $"{found.Name} asks for a TPU"
            : null;
        if (asked is not null)
        {
            throw new CommandException($"{asked}; akin runs in single precision on the processor. Leave it out.");
        }
    }

    private static TOption Hidden<TOption>(TOption option)
        where TOption : Option
    {
        option.Hidden = true;
        return option;
    }
}
