# needs: git
git init -q . && git config user.email a@b.c && git config user.name me
mkdir -p .git/hooks
cat > .git/hooks/pre-commit << 'END'
#!/bin/sh
bpcalc diff --file loss.txt --equals "$(cat slope.txt)" > report.txt
END
chmod +x .git/hooks/pre-commit
echo "log(1 + exp(x))" > loss.txt
echo "sigmoid(-x)" > slope.txt
git add -A && git commit -q -m wrong || echo "refused: $(grep -c DIFFERS report.txt) formula differs"
echo "sigmoid(x)" > slope.txt
git add -A && git commit -q -m right && git log --format=%s
#> refused: 1 formula differs
#> right
