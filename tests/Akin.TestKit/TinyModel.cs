namespace Akin.TestKit;

/// <summary>The goldens' BERT of two layers with its tokenizer of 97 words, in one folder.</summary>
public static class TinyModel
{
    /// <summary>Copies the files.</summary>
    /// <param name="folder">Where the files go.</param>
    /// <param name="task">Whose head the model has.</param>
    /// <returns>The folder.</returns>
    public static string In(string folder, string task = "sequence_classification")
    {
        Directory.CreateDirectory(folder);
        foreach (string file in Directory.EnumerateFiles(Repository.Golden("training", "trajectories", task, "model"))
            .Concat(Directory.EnumerateFiles(Repository.Golden("training", "trajectories", "tokenizer"))))
        {
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)), overwrite: true);
        }

        return folder;
    }
}
