namespace Turnpike.Structure.Tests;

/// <summary>The tree that this was built from. Paths are relative to its root, with slashes.</summary>
internal static class Repository
{
    private static readonly string[] NotOurs = ["bin", "obj", "node_modules", "artifacts", "BenchmarkDotNet.Artifacts", "TestResults", ".git"];

    public static string Root { get; } = FindRoot();

    public static IReadOnlyList<string> Projects { get; } = [.. Files("src", ".csproj").Select(static p => Path.GetFileNameWithoutExtension(p))];

    public static IReadOnlyList<string> Sources { get; } = Files("src", ".cs");

    public static IReadOnlyList<string> Documents { get; } = Files("", ".md");

    public static string Read(string path) => File.ReadAllText(Path.Combine(Root, path));

    public static bool Exists(string path) => Path.Exists(Path.Combine(Root, path));

    /// <summary>Files whose names end so, in a folder and those below it.</summary>
    public static IReadOnlyList<string> Files(string folder, string ending) =>
    [
        .. Walk(new DirectoryInfo(Path.Combine(Root, folder)))
            .SelectMany(d => d.EnumerateFiles("*" + ending))
            .Select(static f => Relative(f.FullName))
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>Folders of a project with something in them, relative to it; the project itself is not among them.</summary>
    public static IReadOnlyList<string> FoldersOf(string project)
    {
        var root = new DirectoryInfo(Path.Combine(Root, "src", project));
        return
        [
            .. Walk(root)
                .Where(d => d.FullName != root.FullName && d.EnumerateFiles("*", SearchOption.AllDirectories).Any())
                .Select(d => Relative(d.FullName)[$"src/{project}/".Length..])
                .Order(StringComparer.Ordinal),
        ];
    }

    private static IEnumerable<DirectoryInfo> Walk(DirectoryInfo folder) =>
        folder.EnumerateDirectories().Where(static d => !NotOurs.Contains(d.Name)).SelectMany(Walk).Prepend(folder);

    private static string Relative(string path) => Path.GetRelativePath(Root, path).Replace('\\', '/');

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Turnpike.slnx")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException("These tests read the tree that they were built in, and it is not above them.");
    }
}
