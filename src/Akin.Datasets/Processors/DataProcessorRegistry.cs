namespace Akin.Datasets.Processors;

/// <summary>The processors that Akin has, by the name of their task; one of your own is given as it is.</summary>
public static class DataProcessorRegistry
{
    /// <summary>All processors.</summary>
    public static IReadOnlyList<DataProcessor> All { get; } =
    [
        new ColaProcessor(),
        new MnliProcessor(),
        new MnliProcessor(isMismatched: true),
        new MrpcProcessor(),
        new QqpProcessor(),
        new EntailmentProcessor("qnli"),
        new EntailmentProcessor("rte"),
        new Sst2Processor(),
        new XnliProcessor(),
        new TsvProcessor(),
        new CsvProcessor(),
    ];

    /// <summary>Finds a processor.</summary>
    /// <param name="taskName">The name of the task; upper or lower case does not matter.</param>
    /// <exception cref="DatasetException">There is no such task; the message lists those there are.</exception>
    public static DataProcessor Find(string taskName) =>
        All.FirstOrDefault(processor => string.Equals(processor.Name, taskName, StringComparison.OrdinalIgnoreCase))
        ?? throw new DatasetException($"there is no task '{taskName}'; tasks are {string.Join(", ", All.Select(processor => processor.Name))}.");
}
