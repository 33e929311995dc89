namespace Akin.Hub;

/// <summary>What checking a file of the cache found.</summary>
public enum FileStatus
{
    /// <summary>The content has the checksum that the hub announced.</summary>
    Good,

    /// <summary>The content has another checksum.</summary>
    Damaged,

    /// <summary>The snapshot names the file, but its content is gone.</summary>
    Missing,

    /// <summary>No checksum is known: a mirror named the file by a tag of its own.</summary>
    Unknown,
}
