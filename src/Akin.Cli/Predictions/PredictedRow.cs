namespace Akin.Cli.Predictions;

/// <summary>One answer of a model.</summary>
/// <param name="Json">The answer as an object to be written as JSON.</param>
/// <param name="Cells">The answer as the cells of a table, one for every column.</param>
internal sealed record PredictedRow(object Json, params string[] Cells);
