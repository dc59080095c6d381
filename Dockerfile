# The server alone: no TensorFlow, no pipeline; with the released ensemble.
FROM python:3.12.15-slim-bookworm
ENV PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
WORKDIR /app
COPY requirements-serve.txt ./
RUN pip install --no-cache-dir --requirement requirements-serve.txt \
 && useradd --system --no-create-home digits
COPY script.py ./
COPY ensembles/ ensembles/
COPY webapp/ webapp/
COPY record/ensemble.onnx record/card.json record/novelty.npz record/
USER digits
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=15s \
  CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:8000/readyz', timeout=4)"]
# One process holds the one session; gunicorn begins it anew if it dies or hangs.
CMD ["gunicorn", "--bind=0.0.0.0:8000", "--workers=1", "--worker-class=webapp.buffered.BufferedWorker", "--graceful-timeout=30", "--timeout=120", "--worker-tmp-dir=/dev/shm", "--no-control-socket", "script:create_app()"]
