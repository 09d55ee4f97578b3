# region task 4.4
import datetime, os
from typing import Any, Dict, List, Optional
from fastapi.testclient import TestClient

PASSWORD = 'correct horse battery'

def in_days(days = 7):
    return (datetime.datetime.now() + datetime.timedelta(days=days)).isoformat()

def event_body(changes: Dict[str, Any] = {}):
    body = {'title': 'Release party', 'start_time': in_days(7), 'end_time': in_days(8)}
    body.update(changes)
    return body

def with_title(title: str, items: List[Dict[str, Any]]) -> Dict[str, Any]:
    return next((each for each in items if each['title'] == title), None)

def join(client: TestClient, name: str) -> Dict[str, str]:
    body = {'email': name + '@example.com', 'password': PASSWORD, 'full_name': name}
    client.post('/api/auth/register', json=body)
    try:
        token = client.post('/api/auth/login', json=body).json()['access_token']
    except:
        token = 'none'
    return {'Authorization': 'Bearer ' + token}
# endregion
