using Turnpike.Gateway.Routing.Auto;

namespace Turnpike.Benchmarks.Auto;

/// <summary>Makes the model of kinds from the prompts of <c>bench/auto</c>: those written by hand, the development set, and those made from templates.
/// The prompts of the training set also judge it, a fifth at a time, by models that have not seen that fifth; nothing is learned from the validation and
/// the test set.</summary>
internal static class AutoTraining
{
    private const int Seed = 20261126;

    private const int Folds = 5;

    /// <summary>Prompts made of each kind; the same one twice counts once.</summary>
    private const int MadePerKind = 260;

    /// <summary>A prompt written by hand counts as so many: it is worth more than one from a template.</summary>
    private const int ByHandTimes = 3;

    /// <param name="path">The file that is written.</param>
    public static int Run(TextWriter output, string path)
    {
        var made = Made();
        var training = LabelledSet.Training();
        var development = LabelledSet.Development();
        LabelledPrompt[] byHand = [.. training, .. development];
        var file = Train(made, byHand);
        File.WriteAllBytes(path, file);
        output.WriteLine($"{made.Count} prompts from templates, {byHand.Length} by hand: {file.Length} bytes written to {path}.");

        var heldOut = Enumerable.Range(0, Folds).Sum(fold =>
            Right(Train(made, [.. Part(training, fold, isHeldOut: false), .. development]), Part(training, fold, isHeldOut: true)));
        output.WriteLine($"training, each fifth by a model that has not seen it: {heldOut} of {training.Count}");
        output.WriteLine($"validation: {Right(file, LabelledSet.Validation())} of {LabelledSet.Validation().Count}");
        output.WriteLine($"test: {Right(file, LabelledSet.Test())} of {LabelledSet.Test().Count}");
        return 0;
    }

    private static List<(TaskKind Kind, uint[] Grams)> Made()
    {
        var templates = new PromptTemplates(File.ReadLines(LabelledSet.PathOf("templates.txt")));
        var random = new Random(Seed);
        List<(TaskKind, uint[])> made = [];
        foreach (var kind in templates.Kinds)
        {
            made.AddRange(templates.Make(kind, MadePerKind, random).Distinct().Select(text => Example(new(kind, "", "", With(kind, random), LabelledSet.Unescaped(text)))));
        }

        return made;
    }

    private static byte[] Train(List<(TaskKind Kind, uint[] Grams)> made, IReadOnlyList<LabelledPrompt> byHand)
    {
        List<(TaskKind, uint[])> examples = [.. made];
        for (var i = 0; i < ByHandTimes; i++)
        {
            examples.AddRange(byHand.Select(Example));
        }

        return new KindTrainer(Seed).Train(examples);
    }

    private static LabelledPrompt[] Part(IReadOnlyList<LabelledPrompt> all, int fold, bool isHeldOut) => [.. all.Where((_, at) => (at % Folds == fold) == isHeldOut)];

    private static int Right(byte[] file, IReadOnlyList<LabelledPrompt> prompts)
    {
        var classifier = TaskClassifier.With(KindModel.Read(file));
        return prompts.Count(p => classifier.Classify(p.Body()).Kind == KindOf(p));
    }

    // Agents come with tools, and clients send tools with whatever is asked; data is often wanted as JSON.
    private static string With(string kind, Random random) => (kind, random.NextDouble()) switch
    {
        ("agent", < 0.75) => "tools",
        ("extraction", < 0.3) => "json",
        (_, < 0.04) => "tools",
        _ => "",
    };

    private static (TaskKind Kind, uint[] Grams) Example(LabelledPrompt prompt) => (KindOf(prompt), TaskClassifier.GramsOf(prompt.Body()));

    private static TaskKind KindOf(LabelledPrompt prompt) =>
        TaskKinds.Find(prompt.Kind) ?? throw new InvalidDataException($"There is no kind {prompt.Kind}.");
}
