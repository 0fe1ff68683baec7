namespace Turnpike.Structure.Tests;

/// <summary>A rule of this tree, and what breaks it.</summary>
internal static class Rule
{
    /// <summary>Fails with the rule and everything that breaks it, a line each.</summary>
    public static void Holds<T>(string rule, IEnumerable<T> broken)
    {
        var lines = broken.Select(static b => $"  {b}").ToList();
        Assert.True(lines.Count == 0, $"{rule}\n{string.Join('\n', lines)}");
    }
}
