using Turnpike.Gateway.Routing.Auto;

namespace Turnpike.Gateway.Tests.Routing.Auto;

public sealed class KindModelTests
{
    [Fact]
    public void What_was_written_is_read_and_each_feature_counts_once()
    {
        var weights = new float[TaskKinds.Count * PromptGrams.Buckets];
        weights[(7 * TaskKinds.Count) + (int)TaskKind.Math] = 2;
        var model = KindModel.Read(KindModel.Write(weights, new float[TaskKinds.Count], scale: 0.1f));
        var sum = model.Begin(new int[TaskKinds.Count], new ulong[PromptGrams.Buckets / 64]);
        var scores = new double[TaskKinds.Count];

        sum.Add(7);
        sum.Add(7);
        model.Add(sum, 1, scores);

        Assert.Equal(2, scores[(int)TaskKind.Math], 0.001);
        Assert.Equal(2, scores.Sum(), 0.001);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(100)]
    public void What_is_no_model_is_refused(int bytes) => Assert.Throws<InvalidDataException>(() => KindModel.Read(new byte[bytes]));
}
